import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parseTraceparent, type Incoming } from 'throughline/tracing';
import { z } from 'zod';
import { alteredAgent, lacking } from '../../agent/altered-agent.fixture.js';
import { elastic } from '../../elastic.js';
import { openIntake } from '../../intake/server.fixture.js';
import {
  done,
  PARENT_ID,
  record,
  run,
  sqsMessage,
  toKafka,
  TRACE_ID,
  TRACEPARENT,
  type Recording,
  type RecordOptions,
} from '../../recording/recording.fixture.js';
import { runScenario } from '../../scenarios/run.fixture.js';

const unsampled: Incoming = {
  ...sqsMessage,
  traceparent: TRACEPARENT.replace(/01$/, '00'),
  tracestate: 'es=s:0,other=1',
};

describe('the non-recording transaction of a message that is not sampled', () => {
  let recording: Recording | undefined;
  afterEach(async () => {
    await recording?.stop();
    recording = undefined;
  });
  const start = async (options: RecordOptions = {}): Promise<Recording> =>
    (recording = await record({ tracer: { unsampled: 'non-recording' }, ...options }));

  it('passes the decision on: its trace, flag 00, its tracestate', async () => {
    const { tracer, sent } = await start();
    const work = tracer.process(unsampled, run);

    const sending = await work.run(async () => {
      await setImmediate();
      return tracer.send(toKafka);
    });
    sending.end();
    work.end(done);

    expect(sending.traceparent).toBe(`00-${TRACE_ID}-${work.ids?.spanId ?? ''}-00`);
    expect(sending.tracestate).toBe('es=s:0,other=1');
    expect(work.ids?.spanId).not.toBe(PARENT_ID);
    expect(parseTraceparent(sending.traceparent ?? '')).toBeDefined();
    expect(await sent()).toEqual({ transactions: [], spans: [], errors: [] });
  });

  it('is current inside, for log lines and for the user’s own calls, and nowhere else', async () => {
    const { tracer, agent, sent } = await start();
    const work = tracer.process(unsampled, run);

    const inside = await work.run(async () => {
      await setImmediate();
      agent.setLabel('tenant', 'a');
      agent.setTransactionName('priced');
      agent.setTransactionOutcome('success');
      agent.addLabels({ tier: 1 });
      agent.setCustomContext({ basket: 3 });
      agent.currentTransaction?.addLinks([{ context: TRACEPARENT }]);
      return {
        current: tracer.current(),
        ids: agent.currentTraceIds,
        traceparent: agent.currentTraceparent,
        span: agent.startSpan('query', 'db'),
        name: agent.currentTransaction?.name,
        parent: agent.currentTransaction?.ensureParentId(),
      };
    });
    work.end(done);

    expect(inside).toMatchObject({
      current: work.ids,
      ids: { 'trace.id': TRACE_ID, 'transaction.id': work.ids?.spanId },
      traceparent: `00-${TRACE_ID}-${work.ids?.spanId ?? ''}-00`,
      span: null,
      name: 'priced',
    });
    expect([tracer.current(), work.run(() => tracer.current())]).toEqual([undefined, undefined]);
    expect((await sent()).transactions).toEqual([]);
    expect(recording?.warnings).toEqual([]);
  });

  it('passes the decision on by HTTP as well', async () => {
    const intake = await openIntake();

    const result = await runScenario('non-recording', intake);

    await intake.close();
    const { ids } = z.object({ ids: z.object({ spanId: z.string() }) }).parse(result);
    expect(result).toMatchObject({
      headers: {
        traceparent: `00-${TRACE_ID}-${ids.spanId}-00`,
        tracestate: 'es=s:0,other=1',
      },
    });
    const sent = intake.lines.filter(({ transaction }) => transaction?.type === 'messaging');
    expect(sent).toEqual([]);
  });

  it('reports an error all the same, below the ids that log lines have', async () => {
    const { tracer, agent, sent } = await start();
    const work = tracer.process(unsampled, { ...run, attempt: 2 });

    work.run(() => {
      agent.captureError(new Error('reported by the user'));
    });
    work.end({ failed: true, error: new Error('out of stock'), labels: { outcome: 'retry' } });

    const { errors, transactions } = await sent();
    expect(transactions).toEqual([]);
    const belowTheMessage = {
      trace_id: TRACE_ID,
      parent_id: work.ids?.spanId,
      transaction_id: work.ids?.spanId,
      transaction: { name: 'SQS RECEIVE from my-order-queue', type: 'messaging', sampled: false },
    };
    expect(errors).toHaveLength(2);
    expect(errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          ...belowTheMessage,
          exception: expect.objectContaining({ message: 'reported by the user' }),
        }),
        expect.objectContaining({
          ...belowTheMessage,
          exception: expect.objectContaining({ message: 'out of stock' }),
          context: expect.objectContaining({
            tags: expect.objectContaining({ attempt: 2, outcome: 'retry' }),
          }),
        }),
      ]),
    );
  });

  it('ends once', async () => {
    const { tracer, sent } = await start();
    const work = tracer.process(unsampled, run);
    work.end(done);

    work.end({ failed: true, error: new Error('again') });

    expect((await sent()).errors).toEqual([]);
  });

  it.each<[string, Partial<Incoming>, Partial<typeof run> & { trace?: 'link' }, RecordOptions]>([
    ['that is sampled', { traceparent: TRACEPARENT }, {}, {}],
    ['without a context', { traceparent: undefined }, {}, {}],
    ['that begins a trace of its own', {}, { trace: 'link' }, {}],
    ['where traces restart', {}, {}, { traceContinuationStrategy: 'restart' }],
    [
      'where traces from outside restart',
      { tracestate: 'other=1' },
      {},
      { traceContinuationStrategy: 'restart_external' },
    ],
  ])('is not used for a message %s', async (_, message, how, options) => {
    const { tracer, sent } = await start(options);

    tracer.process({ ...unsampled, ...message }, { ...run, ...how }).end(done);

    expect((await sent()).transactions).toMatchObject([{ sampled: true }]);
  });

  it('is used if traces of our own continue', async () => {
    const { tracer, sent } = await start({ traceContinuationStrategy: 'restart_external' });

    tracer.process(unsampled, run).end(done);

    expect((await sent()).transactions).toEqual([]);
  });

  it('keeps 1,000 messages apart', async () => {
    const { tracer } = await start();

    const seen = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const work = tracer.process(unsampled, run);
        const inside = await work.run(async () => {
          await setImmediate();
          tracer.send(toKafka).end();
          return tracer.current()?.spanId;
        });
        work.end(done);
        return [inside === work.ids?.spanId, tracer.current(), work.ids?.spanId];
      }),
    );

    expect(seen.filter(([same, after]) => same !== true || after !== undefined)).toEqual([]);
    expect(new Set(seen.map(([, , id]) => id)).size).toBe(1_000);
  });

  it.each(['createTransaction', '_context'])(
    'is a recording one, which is reported once, if the agent has no %s',
    async (name) => {
      const { agent } = await start();
      const warnings: string[] = [];
      const tracer = elastic({
        agent: alteredAgent(agent, lacking(name)),
        unsampled: 'non-recording',
        warn: (message) => warnings.push(message),
      });

      const sending = [1, 2].map(() => {
        const work = tracer.process(unsampled, run);
        const inside = work.run(() => tracer.send(toKafka));
        work.end(done);
        return inside;
      });

      expect(sending[1]?.traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
      expect(warnings).toEqual([
        expect.stringContaining(name),
        expect.stringContaining("unsampled: 'non-recording'"),
      ]);
    },
  );
});
