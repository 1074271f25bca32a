import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Incoming, TraceIds } from 'throughline/tracing';
import { isolationOf } from '../../agent/private-isolation.js';
import { resumeOf } from '../../agent/resumed-context.js';
import { alteredAgent, type Alter } from '../../agent/altered-agent.fixture.js';
import { elastic } from '../../elastic.js';
import { publicIsolation } from '../../agent/public-isolation.js';
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
} from '../../recording/recording.fixture.js';

const message: Incoming = {
  ...sqsMessage,
  traceparent: TRACEPARENT,
  tracestate: 'es=s:0.5,other=1',
};

/** Begins a trace of its own if the parent is not one of the agent's types. */
const asksElse: Alter = (name, value) =>
  name !== 'createTransaction' || typeof value !== 'function'
    ? value
    : function (this: unknown, ...given: unknown[]): unknown {
        const [title, type, options] = given;
        const isResumed = typeof Reflect.get(Object(options), 'childOf') === 'object';
        return Reflect.apply(value, this, [title, type, isResumed ? {} : options]);
      };

describe('a transaction that continues its sender’s trace with a context that is ready', () => {
  let recording: Recording;
  beforeEach(async () => {
    recording = await record();
  });
  afterEach(() => recording.stop());

  const resumeOn = (alter: Alter): ReturnType<typeof resumeOf> => {
    const agent = alteredAgent(recording.agent, alter);
    return resumeOf(agent, isolationOf(agent, publicIsolation(agent)));
  };

  it('is possible with the installed agent', () => {
    expect(resumeOn((_, value) => value)).toBeDefined();
  });

  it.each<[string, Alter]>([
    ['has no context', (name, value) => (name === '_context' ? undefined : value)],
    ['asks a parent for something else', asksElse],
  ])('is not possible with an agent that %s', (_, alter) => {
    expect(resumeOn(alter)).toBeUndefined();
  });

  it('reports what the agent’s own way reports, with the spans and sends below it', async () => {
    const withoutIt = elastic({
      agent: alteredAgent(recording.agent, (name, value) =>
        name === '_context' ? undefined : value,
      ),
      warn: () => undefined,
    });
    const seen: { ids: TraceIds | undefined; tracestate: string | undefined }[] = [];
    for (const tracer of [recording.tracer, withoutIt]) {
      const work = tracer.process(message, run);
      work.run(() => {
        expect(recording.agent.currentTransaction?.traceparent).toBe(
          `00-${TRACE_ID}-${work.ids?.spanId ?? ''}-01`,
        );
        expect(recording.agent.currentTraceIds['transaction.id']).toBe(work.ids?.spanId);
        recording.agent.startSpan('of the user’s own')?.end();
        const sending = tracer.send(toKafka);
        sending.end();
        seen.push({ ids: work.ids, tracestate: sending.tracestate });
      });
      work.end(done);
    }

    const { transactions, spans } = await recording.sent();
    const [short, long] = transactions;
    const ownOf = (transaction: typeof short): object => ({
      ...transaction,
      id: '',
      timestamp: 0,
      duration: 0,
    });
    expect(ownOf(short)).toEqual(ownOf(long));
    expect(short).toMatchObject({ trace_id: TRACE_ID, parent_id: PARENT_ID, sample_rate: 0.5 });
    expect(transactions.map(({ id }) => id)).toEqual(seen.map(({ ids }) => ids?.spanId));
    expect(seen.map(({ tracestate }) => tracestate)).toEqual(Array(2).fill('es=s:0.5,other=1'));
    expect(spans.map(({ trace_id, parent_id }) => [trace_id, parent_id])).toEqual(
      seen.flatMap(({ ids }) => [ids, ids]).map((ids) => [TRACE_ID, ids?.spanId]),
    );
  });
});
