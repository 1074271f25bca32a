import type { Isolation } from './isolation.js';
import type { PrivateAgent, PrivateSpan, PrivateTransaction } from './shapes.js';

/* Which of the private names that agent-internals.ts relies on are there. */

const OF_BOTH = ['propagateTraceContextHeaders', '_isOutcomeFrozen'];
const OF_SPAN = [...OF_BOTH, 'isRecorded', '_setDestinationContext'];
const OF_TRANSACTION = [
  ...OF_BOTH,
  'sampled',
  '_context',
  'createSpan',
  'setMessageContext',
  'setServiceContext',
  'setCloudContext',
];
const OF_THE_CONFIGURATION = [
  'active',
  'contextPropagationOnly',
  'captureBody',
  'captureHeaders',
  'sanitizeFieldNamesRegExp',
  'ignoreMessageQueuesRegExp',
  'traceContinuationStrategy',
];

const OF_THE_INSTRUMENTATION = ['_started', '_runCtxMgr', 'createTransaction', 'withRunContext'];
const OF_THE_CLIENT = ['_getStats', '_chopper', 'on'];

const absent = (
  owner: string,
  value: object | null | undefined,
  names: readonly string[],
): readonly string[] =>
  names.filter((name) => !value || !(name in value)).map((name) => `${name} of the ${owner}`);

/** Whether the agent has its own client, which sends: not one of the user's, nor one that does nothing. */
const isSending = ({ _conf }: PrivateAgent): boolean =>
  _conf?.disableSend !== true &&
  _conf?.contextPropagationOnly !== true &&
  typeof _conf?.transport !== 'function';

/**
 * The private calls that this version of the agent no longer has. It looks at a transaction that is never ended, so never
 * sent; where sampling gives that no span, the span's calls are not looked at.
 */
export function missingCalls(agent: PrivateAgent, isolation: Isolation): readonly string[] {
  const ins = agent._instrumentation;
  const { transaction }: { transaction: PrivateTransaction } = isolation.open('probe', 'probe', {
    childOf: '00-00000000000000000000000000000001-0000000000000001-01',
  });
  const span: PrivateSpan | null = isolation.child(transaction, {
    name: 'probe',
    type: 'probe',
    subtype: 'probe',
    action: 'probe',
  });
  return [
    ...absent('agent', agent, ['_instrumentation', '_conf', '_apmClient']),
    ...absent('configuration', agent._conf, OF_THE_CONFIGURATION),
    ...(isSending(agent) ? absent('client', agent._apmClient, OF_THE_CLIENT) : []),
    ...absent('instrumentation', ins, OF_THE_INSTRUMENTATION),
    ...absent('run context manager', ins?._runCtxMgr, ['root']),
    ...absent('run context', ins?._runCtxMgr?.root?.(), ['enterTrans']),
    ...absent('transaction', transaction, OF_TRANSACTION),
    ...(span === null ? [] : absent('span', span, OF_SPAN)),
  ];
}
