import { describe, expect, it } from '@jest/globals';
import { none } from 'throughline/tracing';
import { anArrival, type ArrivalWish } from '../arrival.fixture.js';
import { decode } from '../behaviours/decode.js';
import { judge } from '../behaviours/judge.js';
import { Lane, Shard, Task } from '../lanes/task.js';
import { Policy } from '../policy.js';
import { Runs } from '../run-state.js';
import { HandlerLog } from '../workers/handler-log.js';
import { TaskRunner } from '../workers/task-runner.js';
import { Reject } from '../verdicts.js';
import type { Batch } from './batch.js';
import { batchWork } from './batch-work.js';

const policy = new Policy({ attempts: 5 });

/** Tasks as the lanes would hand them out. */
function tasksOf(wishes: readonly ArrivalWish[]): readonly Task[] {
  const shard = new Shard('orders');
  const lanes = new Map<string, Lane>();
  return wishes.map((wish) => {
    const arrival = anArrival(wish);
    const lane = lanes.get(arrival.lane ?? '') ?? new Lane(shard, arrival.lane ?? arrival);
    if (arrival.lane !== null) lanes.set(arrival.lane, lane);
    return new Task(arrival, lane, arrival.failures);
  });
}

/** What becomes of these messages under this handler, by their ids. */
async function outcomesOf(
  wishes: readonly ArrivalWish[],
  handler: (batch: Batch<unknown>) => unknown,
): Promise<Record<string, string>> {
  const runs = new Runs();
  const log = new HandlerLog('Test.handle');
  log.failed = log.buried = () => undefined;
  const work = batchWork({
    handler: (payload) => handler(payload as Batch<unknown>),
    runner: new TaskRunner({ handler: 'Test.handle', policy, tracer: none(), log, runs }),
    runs,
    prepare: [decode],
    around: [judge(policy)],
    limit: (handling, next) => next(handling),
  });
  const outcomes = await work(tasksOf(wishes));
  return Object.fromEntries([...outcomes].map(([task, { kind }]) => [task.arrival.id, kind]));
}

describe('a batch handler', () => {
  const three = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];

  it('that returns is done with all of it', async () => {
    expect(await outcomesOf(three, (batch) => expect(batch.size).toBe(3))).toEqual({
      a: 'ack',
      b: 'ack',
      c: 'ack',
    });
  });

  it('that throws is done with nothing', async () => {
    const outcomes = await outcomesOf(three, () => {
      throw new Error('the ledger is locked');
    });

    expect(outcomes).toEqual({ a: 'retry', b: 'retry', c: 'retry' });
  });

  it('that throws after `each` is done with what `each` completed', async () => {
    const outcomes = await outcomesOf(three, async (batch) => {
      await batch.each((_, { message }) => {
        if (message.id === 'b') throw new Error('b is bad');
      });
      throw new Error('afterwards');
    });

    expect(outcomes).toEqual({ a: 'ack', b: 'retry', c: 'ack' });
  });

  it('goes on in `each` when one message fails', async () => {
    const outcomes = await outcomesOf(three, (batch) =>
      batch.each((_, { message }) => {
        if (message.id === 'a') throw new Reject('never');
      }),
    );

    expect(outcomes).toEqual({ a: 'deadLetter', b: 'ack', c: 'ack' });
  });

  it('skips in `each` what comes behind a failed one of its key, and leaves it without an outcome of its own', async () => {
    const seen: string[] = [];
    await outcomesOf(
      [
        { id: 'a1', lane: 'a' },
        { id: 'a2', lane: 'a' },
        { id: 'b1', lane: 'b' },
      ],
      (batch) =>
        batch.each((_, { message }) => {
          seen.push(message.id);
          if (message.id === 'a1') throw new Error('a1 is bad');
        }),
    );

    expect(seen.toSorted()).toEqual(['a1', 'b1']);
  });

  it('marks single messages as failed, and is done with the rest', async () => {
    const outcomes = await outcomesOf(three, (batch) => {
      for (const delivery of batch) {
        if (delivery.message.id === 'c') batch.fail(delivery, new Error('c is bad'));
      }
    });

    expect(outcomes).toEqual({ a: 'ack', b: 'ack', c: 'retry' });
  });

  it('never sees what cannot be decoded', async () => {
    const outcomes = await outcomesOf([{ id: 'a' }, { id: 'bad', body: '{' }], (batch) => {
      expect([...batch].map(({ message }) => message.id)).toEqual(['a']);
    });

    expect(outcomes).toEqual({ a: 'ack', bad: 'deadLetter' });
  });

  it('cannot mark a delivery of another batch', async () => {
    let foreign: unknown;
    await outcomesOf([{ id: 'x' }], (batch) => ([foreign] = batch));

    const outcomes = await outcomesOf([{ id: 'a' }], (batch) => {
      expect(() => batch.fail(foreign as never, new Error())).toThrow(
        expect.objectContaining({ code: 'TL_BATCH_FOREIGN' }),
      );
    });

    expect(outcomes).toEqual({ a: 'ack' });
  });
});
