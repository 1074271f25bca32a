import { describe, expect, it } from '@jest/globals';
import { anInbound } from '../../pipeline/inbound-message.fixture.js';
import { schedulerByHand, ordinary } from './scheduler-by-hand.fixture.js';
import { Scheduler } from './scheduler.js';
import type { Task } from './task.js';

describe('Lanes', () => {
  it('have at most so many messages in progress', () => {
    const { lanes, started, end } = schedulerByHand({ concurrency: 2 });

    lanes.add(['a', 'b', 'c'].map((id) => anInbound({ id })));

    expect(started).toEqual(['a', 'b']);
    end('a');
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('run one message of a lane at a time, in order, and other lanes beside it', () => {
    const { lanes, started, end } = schedulerByHand({ concurrency: 10 });

    lanes.add([
      anInbound({ id: 'a1', lane: 'a' }),
      anInbound({ id: 'a2', lane: 'a' }),
      anInbound({ id: 'b1', lane: 'b' }),
    ]);

    expect(started).toEqual(['a1', 'b1']);
    end('a1');
    expect(started).toEqual(['a1', 'b1', 'a2']);
  });

  it('keep lanes of the same name in two partitions apart', () => {
    const { lanes, started } = schedulerByHand({ concurrency: 10 });

    lanes.add([
      anInbound({ id: 'p0', lane: 'a', origin: 'p/0' }),
      anInbound({ id: 'p1', lane: 'a', origin: 'p/1' }),
    ]);

    expect(started).toEqual(['p0', 'p1']);
  });

  it('let the partitions take turns, so that a hot one starves nobody', () => {
    const { lanes, started, end } = schedulerByHand({ concurrency: 1 });
    const hot = ['h1', 'h2', 'h3', 'h4'].map((id) => anInbound({ id, origin: 'hot' }));

    lanes.add(hot);
    lanes.add([anInbound({ id: 'cold', origin: 'cold' })]);
    end('h1');
    end('h2');

    expect(started.slice(0, 3)).toEqual(['h1', 'h2', 'cold']);
  });

  it('hold only the lane of a message that failed, and run it again in its place', async () => {
    const again = Promise.withResolvers<undefined>();
    const started: string[] = [];
    const lanes: Scheduler = new Scheduler({ ...ordinary, concurrency: 5 }, ([task]) => {
      if (task === undefined) throw new Error('an empty slot');
      const { id } = task.inbound;
      started.push(id);
      if (started.filter((other) => other === 'a1').length === 2) again.resolve(undefined);
      queueMicrotask(() => {
        if (id !== 'a1') lanes.done(task);
        lanes.reopen(task.lane, id === 'a1' ? 1 : 0);
        lanes.release();
      });
    });

    lanes.add([
      anInbound({ id: 'a1', lane: 'a' }),
      anInbound({ id: 'a2', lane: 'a' }),
      anInbound({ id: 'b1', lane: 'b' }),
    ]);
    await again.promise;
    lanes.close();

    expect(started).toEqual(['a1', 'b1', 'a1']);
  });

  it('tell when there is room again, also to those who were paused by the bytes of others', () => {
    const { lanes, end } = schedulerByHand({ concurrency: 10, bytes: 100 });
    const woken: string[] = [];
    lanes.onCapacity((partition) => woken.push(partition));
    lanes.add([anInbound({ id: 'a', origin: 'p/0', bytes: 100 })]);

    expect(lanes.capacity('p/0')).toBe(0);
    expect(lanes.capacity('p/1')).toBe(0);
    end('a');

    expect(woken.toSorted()).toEqual(['p/0', 'p/1']);
  });

  it('tell of room only once a full partition is down to where it is to go on', () => {
    const { lanes, end } = schedulerByHand({ concurrency: 10, perPartition: 3, resumeBelow: 1 });
    const woken: string[] = [];
    lanes.onCapacity((partition) => woken.push(partition));
    lanes.add(['a', 'b', 'c'].map((id) => anInbound({ id, origin: 'p' })));

    expect(lanes.capacity('p')).toBe(0);
    end('a');
    expect(woken).toEqual([]);
    end('b');
    expect(woken).toEqual(['p']);
  });

  it('forget what waits of a partition that is gone, and do not run its next beside what is still in progress', () => {
    const { lanes, started, end } = schedulerByHand({ concurrency: 5 });
    lanes.add([
      anInbound({ id: 'a1', lane: 'a', origin: 'p' }),
      anInbound({ id: 'a2', lane: 'a', origin: 'p' }),
    ]);

    lanes.drop(['p']);
    lanes.add([anInbound({ id: 'a1 again', lane: 'a', origin: 'p' })]);
    expect(started).toEqual(['a1']);
    end('a1');

    expect(started).toEqual(['a1', 'a1 again']);
  });

  it('hand out what was not started when they close, and start nothing any more', () => {
    const { lanes, started, end } = schedulerByHand({ concurrency: 1 });
    lanes.add(['a', 'b', 'c'].map((id) => anInbound({ id })));

    const rest = lanes.close();
    end('a');

    expect(rest.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(started).toEqual(['a']);
    expect(lanes.capacity('anything')).toBe(0);
  });

  it('hand out a message that waits for its next run, too', () => {
    const { lanes, fail } = schedulerByHand();
    lanes.add([anInbound({ id: 'a' })]);
    fail('a', 60_000);

    expect(lanes.close().map(({ id }) => id)).toEqual(['a']);
  });

  it('hold a partition back while one of its keys has too many waiting, and others go on', () => {
    const { lanes, end } = schedulerByHand({ perLane: 2 });
    const woken: string[] = [];
    lanes.onCapacity((partition) => woken.push(partition));
    lanes.add(['a1', 'a2', 'a3'].map((id) => anInbound({ id, lane: 'a', origin: 'p/0' })));

    expect(lanes.capacity('p/0')).toBe(0);
    expect(lanes.capacity('p/1')).toBeGreaterThan(0);
    end('a1');
    expect(woken).toEqual([]);
    end('a2');
    expect(woken).toEqual(['p/0']);
  });

  it('fill a slot for many, several of a lane among them, and keep the lane closed meanwhile', () => {
    const slots: (readonly Task[])[] = [];
    const lanes: Scheduler = new Scheduler({ ...ordinary, perSlot: 3 }, (tasks) =>
      slots.push(tasks),
    );
    const ids = (): string[][] => slots.map((tasks) => tasks.map(({ inbound }) => inbound.id));

    lanes.add([
      anInbound({ id: 'a1', lane: 'a' }),
      anInbound({ id: 'a2', lane: 'a' }),
      anInbound({ id: 'b1', lane: 'b' }),
    ]);
    lanes.add([anInbound({ id: 'a3', lane: 'a' })]);
    expect(ids()).toEqual([['a1', 'a2', 'b1']]);
    const [a1] = slots[0] ?? [];
    if (a1 === undefined) throw new Error('an empty slot');
    lanes.done(a1);
    lanes.reopen(a1.lane);
    lanes.release();

    expect(ids()).toEqual([
      ['a1', 'a2', 'b1'],
      ['a2', 'a3'],
    ]);
  });

  it('gather for a while what goes into a slot for many', async () => {
    const filled = Promise.withResolvers<readonly string[]>();
    const lanes: Scheduler = new Scheduler({ ...ordinary, perSlot: 10, gatherFor: 5 }, (tasks) =>
      filled.resolve(tasks.map(({ inbound }) => inbound.id)),
    );

    lanes.add([anInbound({ id: 'a' })]);
    lanes.add([anInbound({ id: 'b' })]);

    expect(await filled.promise).toEqual(['a', 'b']);
  });

  it('start nothing without slots, and go on once there are some', () => {
    const { lanes, started } = schedulerByHand();
    lanes.resize(0);
    lanes.add(['a', 'b'].map((id) => anInbound({ id })));

    expect(started).toEqual([]);
    lanes.resize(1);
    expect(started).toEqual(['a']);
  });

  it('are idle once nothing is in progress', async () => {
    const { lanes, end } = schedulerByHand();
    lanes.add([anInbound({ id: 'a' })]);
    const idle = lanes.idle().then(() => 'idle');

    end('a');

    expect(await idle).toBe('idle');
    expect(lanes.running).toBe(0);
  });
});
