import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { anInbound } from '../../pipeline/inbound-message.fixture.js';
import type { InboundMessage } from 'throughline/transport';
import { ordinary } from './scheduler-by-hand.fixture.js';
import { Scheduler } from './scheduler.js';
import type { Task } from './task.js';

/** Lanes whose work is `work`; what it does not leave open is over when it returns. */
function lanesOf(work: (id: string, task: Task) => 'over' | 'open'): Scheduler {
  const lanes: Scheduler = new Scheduler(ordinary, ([task]) => {
    if (task === undefined) throw new Error('an empty slot');
    if (work(task.inbound.id, task) === 'over') conclude(lanes, task);
  });
  return lanes;
}

function conclude(lanes: Scheduler, task: Task): void {
  lanes.done(task);
  lanes.reopen(task.lane);
  lanes.release();
}

describe('A message that nobody is before', () => {
  it('ends at once where its work does, and leaves nothing behind', () => {
    const lanes = lanesOf(() => 'over');

    lanes.add([anInbound({ id: 'a1', lane: 'a' }), anInbound({ id: 'a2', lane: 'a' })]);

    expect([lanes.running, lanes.waiting, lanes.capacity('orders')]).toEqual([0, 0, 100]);
  });

  it('keeps its lane where it goes on: the next of its key waits for it', () => {
    const started: Task[] = [];
    const lanes = lanesOf((_, task) => {
      started.push(task);
      return 'open';
    });

    lanes.add([anInbound({ id: 'a1', lane: 'a' })]);
    lanes.add([anInbound({ id: 'a2', lane: 'a' })]);

    expect(started.map(({ inbound }) => inbound.id)).toEqual(['a1']);
    started.forEach((task) => conclude(lanes, task));
    expect(started.map(({ inbound }) => inbound.id)).toEqual(['a1', 'a2']);
  });

  it('is followed by what its own work brings of its key, and not interrupted by it', () => {
    const seen: string[] = [];
    const lanes = lanesOf((id) => {
      seen.push(`${id} begins`);
      if (id === 'a1') lanes.add([anInbound({ id: 'a2', lane: 'a' })]);
      seen.push(`${id} ends`);
      return 'over';
    });

    lanes.add([anInbound({ id: 'a1', lane: 'a' })]);

    expect(seen).toEqual(['a1 begins', 'a1 ends', 'a2 begins', 'a2 ends']);
    expect([lanes.running, lanes.waiting]).toEqual([0, 0]);
  });

  it('is dropped with its partition while it is in progress', () => {
    let wasDropped = false;
    const lanes = lanesOf((_, task) => {
      lanes.drop(['orders']);
      wasDropped = task.isDropped;
      return 'over';
    });

    lanes.add([anInbound({ id: 'a1', lane: 'a', origin: 'orders' })]);

    expect(wasDropped).toBe(true);
    expect(lanes.capacity('orders')).toBe(100);
  });

  it('is asked to own what it has borrowed only where it stays', async () => {
    const kept: string[] = [];
    const keeping = (id: string, lane: string): InboundMessage => ({
      ...anInbound({ id, lane }),
      detach: () => kept.push(id),
    });
    const lanes = lanesOf((id) => (id === 'brief' ? 'over' : 'open'));

    lanes.add([keeping('brief', 'a'), keeping('long', 'b'), keeping('behind', 'b')]);
    await turn();

    expect(kept).toEqual(['long', 'behind']);
  });
});
