import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseTraceparent } from 'throughline/tracing';
import { isolationOf } from './private-isolation.js';
import { missingCalls } from './inventory.js';
import { alteredAgent, lacking } from './altered-agent.fixture.js';
import { elastic } from '../elastic.js';
import { publicIsolation } from './public-isolation.js';
import {
  record,
  run,
  sqsMessage,
  toKafka,
  TRACE_ID,
  TRACEPARENT,
  type Recording,
} from '../recording/recording.fixture.js';

const OF_THE_INSTRUMENTATION = [
  '_instrumentation',
  '_runCtxMgr',
  'root',
  'enterTrans',
  'createTransaction',
  'withRunContext',
];
const PRIVATE = [
  ...OF_THE_INSTRUMENTATION,
  'createSpan',
  'setMessageContext',
  'setServiceContext',
  'setCloudContext',
  'propagateTraceContextHeaders',
  '_isOutcomeFrozen',
  'isRecorded',
  '_setDestinationContext',
  '_conf',
  '_apmClient',
  '_started',
  '_getStats',
  '_chopper',
  'sampled',
  '_context',
  'traceContinuationStrategy',
  'active',
  'contextPropagationOnly',
  'captureBody',
  'captureHeaders',
  'sanitizeFieldNamesRegExp',
  'ignoreMessageQueuesRegExp',
];

describe('the private calls of the agent', () => {
  let recording: Recording;
  beforeEach(async () => {
    recording = await record();
  });
  afterEach(() => recording.stop());

  const missingIn = (...names: readonly string[]): readonly string[] => {
    const agent = alteredAgent(recording.agent, lacking(...names));
    return missingCalls(agent, isolationOf(agent, publicIsolation(agent)));
  };

  it('are all there in the version that is installed', () => {
    expect(missingIn()).toEqual([]);
  });

  it.each(PRIVATE)('%s is missed where an upgrade takes it away', (name) => {
    expect(missingIn(name).join()).toContain(name);
  });

  it.each(PRIVATE)(
    'without %s messages are traced all the same, and it is reported once',
    async (name) => {
      const warnings: string[] = [];
      const agent = alteredAgent(recording.agent, lacking(name));
      const tracer = elastic({ agent, warn: (message) => warnings.push(message) });
      const message = { ...sqsMessage, region: 'eu-central-1', traceparent: TRACEPARENT };

      const seen = [1, 2].map(() => {
        const work = tracer.process(message, run);
        const inside = work.run(() => ({
          suppressed: tracer.suppress(() => tracer.current()),
          sending: tracer.send(toKafka),
        }));
        inside.sending.end();
        work.end({ failed: false });
        return inside;
      });

      const { transactions, spans } = await recording.sent();
      expect(transactions.map(({ trace_id, outcome }) => [trace_id, outcome])).toEqual([
        [TRACE_ID, 'success'],
        [TRACE_ID, 'success'],
      ]);
      expect(spans).toHaveLength(2);
      const reported = [...transactions, ...spans].map(({ id }) => id);
      for (const { suppressed, sending } of seen) {
        expect(suppressed).toBeUndefined();
        expect(reported).toContain(parseTraceparent(sending.traceparent ?? '')?.parentId);
      }
      expect(warnings).toEqual([expect.stringContaining(name)]);
      expect(tracer.current()).toBeUndefined();
    },
  );

  it('without any of them nothing leaks, and a run after the end has nothing current', async () => {
    const agent = alteredAgent(recording.agent, lacking(...PRIVATE));
    const tracer = elastic({ agent, warn: () => undefined });

    const seen = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const work = tracer.process(sqsMessage, run);
        const inside = await work.run(async () => {
          await new Promise(setImmediate);
          tracer.send(toKafka).end();
          return tracer.current();
        });
        work.end({ failed: false });
        return [
          inside?.spanId === work.ids?.spanId,
          work.run(() => tracer.current()),
          tracer.current(),
        ];
      }),
    );

    expect(seen).toEqual(Array(100).fill([true, undefined, undefined]));
    expect((await recording.sent()).transactions).toHaveLength(100);
  });
});
