import type { Isolation } from './isolation.js';
import type { PrivateAgent, PrivateSpan, PrivateTransaction } from './shapes.js';

/* The private names of the agent that this folder relies on. */

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

/** Whether the agent sends events with its own client. Otherwise, you have provided a client, or the client does nothing. */
const isSending = ({ _conf }: PrivateAgent): boolean =>
  _conf?.disableSend !== true &&
  _conf?.contextPropagationOnly !== true &&
  typeof _conf?.transport !== 'function';

/**
 * Returns the private calls that this version of the agent lacks. They are checked on a transaction that is never ended, and is
 * therefore never sent. If that transaction is not sampled, it has no span, and the calls of spans cannot be checked.
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
