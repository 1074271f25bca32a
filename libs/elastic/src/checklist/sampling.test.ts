import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parseTraceparent, type Sending } from 'throughline/tracing';
import {
  done,
  PARENT_ID,
  run,
  sqsMessage,
  toKafka,
  TRACE_ID,
  TRACEPARENT,
} from '../recording/recording.fixture.js';
import { onlyTransaction, recordings, sendInside } from './recordings.fixture.js';

const parentIn = ({ traceparent = '' }: Sending): string | undefined =>
  parseTraceparent(traceparent)?.parentId;

describe('sampling, and what is kept', () => {
  const recording = recordings(afterEach);

  it('row 34: a root shows its sample rate, with four decimals at most', async () => {
    const rates = [1, 0.123456, 0];

    const states: (string | undefined)[] = [];
    for (const transactionSampleRate of rates) {
      const recorded = await recording({ transactionSampleRate });
      const sending = sendInside(recorded, toKafka);
      states.push(sending.tracestate);
      await recorded.stop();
    }

    expect(states[0]).toBe('es=s:1');
    // Whether a root is sampled is chance: one that is not says 0.
    expect(['es=s:0.1235', 'es=s:0']).toContain(states[1]);
    expect(states[2]).toBe('es=s:0');
  });

  it('row 34: a root is not sampled as often as the rate says', async () => {
    const recorded = await recording({ transactionSampleRate: 0.5 });

    const flags = Array.from({ length: 200 }, () =>
      sendInside(recorded, toKafka).traceparent?.slice(-2),
    );

    expect(new Set(flags)).toEqual(new Set(['00', '01']));
    const sampled = flags.filter((flag) => flag === '01').length;
    expect((await recorded.sent()).transactions).toHaveLength(sampled);
  });

  it.each<[string | undefined, number | undefined]>([
    ['es=s:0.25,other=1', 0.25],
    ['es=x:1', undefined],
    ['other=1', undefined],
    [undefined, undefined],
  ])('row 35: below tracestate %s the sample rate is %s', async (tracestate, rate) => {
    const recorded = await recording();

    recorded.tracer.process({ ...sqsMessage, traceparent: TRACEPARENT, tracestate }, run).end(done);

    expect((await onlyTransaction(recorded)).sample_rate).toBe(rate);
  });

  it('row 36: what is not sampled is not sent, and every message says so', async () => {
    const recorded = await recording({ transactionSampleRate: 0 });
    const below = recorded.tracer.process(
      { ...sqsMessage, traceparent: TRACEPARENT.replace(/01$/, '00'), tracestate: 'es=s:0' },
      run,
    );

    const fromRoot = sendInside(recorded, toKafka);
    const fromChild = below.run(() => recorded.tracer.send(toKafka));
    fromChild.end();
    below.end(done);

    expect([fromRoot.traceparent, fromRoot.tracestate]).toEqual([
      expect.stringMatching(/-00$/),
      'es=s:0',
    ]);
    expect([fromChild.traceparent, fromChild.tracestate]).toEqual([
      `00-${TRACE_ID}-${below.ids?.spanId ?? ''}-00`,
      'es=s:0',
    ]);
    expect(await recorded.sent()).toEqual({ transactions: [], spans: [], errors: [] });
  });

  it.each([
    ['continue', undefined, true],
    ['continue', 'es=s:1', true],
    ['restart', undefined, false],
    ['restart', 'es=s:1', false],
    ['restart_external', undefined, false],
    ['restart_external', 'other=1', false],
    ['restart_external', 'es=s:1,other=1', true],
  ] as const)(
    'row 37: traceContinuationStrategy %s, with tracestate %s, continues: %s',
    async (traceContinuationStrategy, tracestate, continues) => {
      const recorded = await recording({ traceContinuationStrategy });

      recorded.tracer
        .process({ ...sqsMessage, traceparent: TRACEPARENT, tracestate }, run)
        .end(done);

      const { trace_id, parent_id, links } = await onlyTransaction(recorded);
      expect(trace_id === TRACE_ID).toBe(continues);
      expect(parent_id).toBe(continues ? PARENT_ID : undefined);
      expect(links).toEqual(continues ? undefined : [{ trace_id: TRACE_ID, span_id: PARENT_ID }]);
    },
  );

  it('row 37: a trace that restarts keeps the other links', async () => {
    const recorded = await recording({ traceContinuationStrategy: 'restart' });
    const batch = { traceId: '1'.repeat(32), spanId: '1'.repeat(16) };
    const earlier = [{ traceId: '2'.repeat(32), spanId: '2'.repeat(16) }];

    recorded.tracer
      .process({ ...sqsMessage, traceparent: TRACEPARENT }, { ...run, batch, earlier })
      .end(done);

    const { links } = await onlyTransaction(recorded);
    expect(links?.map(({ span_id }) => span_id).sort()).toEqual([
      '1'.repeat(16),
      '2'.repeat(16),
      PARENT_ID,
    ]);
  });

  it('row 41: no send that a message names as its parent is compressed or discarded', async () => {
    const recorded = await recording({ exitSpanMinDuration: '1h' });
    const work = recorded.tracer.process(sqsMessage, run);

    const sendings = await work.run(async () => {
      const made: Sending[] = [];
      for (let count = 0; count < 3; count++) {
        const sending = recorded.tracer.send(toKafka);
        await setTimeout(2);
        sending.end();
        made.push(sending);
      }
      return made;
    });
    work.end(done);

    const { spans } = await recorded.sent();
    expect(spans.map(({ id }) => id)).toEqual(sendings.map(parentIn));
    expect(spans.filter(({ composite }) => composite !== undefined)).toEqual([]);
  });

  it('row 41: nor is one that failed', async () => {
    const recorded = await recording({ exitSpanMinDuration: '1h' });

    sendInside(recorded, toKafka, new Error('no leader'));

    const { spans } = await recorded.sent();
    expect(spans.map(({ outcome }) => outcome)).toEqual(['failure']);
  });

  it('row 44: every transaction has an outcome, and one that the user set wins', async () => {
    const recorded = await recording();
    recorded.tracer.process(sqsMessage, run).end({ failed: false });
    recorded.tracer.process(sqsMessage, run).end({ failed: true });
    const own = recorded.tracer.process(sqsMessage, run);
    own.run(() => {
      recorded.agent.setTransactionOutcome('success');
    });
    own.end({ failed: true });

    const { transactions } = await recorded.sent();
    expect(transactions.map(({ outcome, result }) => [outcome, result])).toEqual([
      ['success', 'success'],
      ['failure', 'failure'],
      ['success', 'failure'],
    ]);
  });

  it('row 44: every send has an outcome, and the error of one that failed is reported', async () => {
    const recorded = await recording();
    sendInside(recorded, toKafka);
    sendInside(recorded, toKafka, new Error('leader not available'));

    const { spans, errors } = await recorded.sent();
    expect(spans.map(({ outcome }) => outcome)).toEqual(['success', 'failure']);
    expect(errors).toMatchObject([
      { parent_id: spans[1]?.id, exception: { message: 'leader not available' } },
    ]);
  });
});
