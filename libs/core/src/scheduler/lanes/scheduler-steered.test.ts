import { describe, expect, it } from '@jest/globals';
import { anInbound } from '../../pipeline/inbound-message.fixture.js';
import { schedulerByHand } from './scheduler-by-hand.fixture.js';

describe('Lanes that are steered', () => {
  it('take and start nothing while they are paused, also when what held them otherwise goes on', () => {
    const { lanes, started, end } = schedulerByHand({ concurrency: 1 });
    const woken: string[] = [];
    lanes.onCapacity((partition) => woken.push(partition));
    lanes.add([anInbound({ id: '1' }), anInbound({ id: '2' })]);
    lanes.pause();
    end('1');
    lanes.suspendStarts();
    lanes.resumeStarts();
    expect([started, lanes.capacity('orders'), lanes.waiting]).toEqual([['1'], 0, 1]);

    lanes.resume();

    expect([started, woken]).toEqual([['1', '2'], ['orders']]);
  });

  it('have more room, and tell of it, once there are more slots to fill', () => {
    const { lanes } = schedulerByHand({ perPartition: 2, resumeBelow: 1 });
    const woken: string[] = [];
    lanes.onCapacity((partition) => woken.push(partition));
    lanes.add([anInbound({ id: '1' }), anInbound({ id: '2' })]);
    expect(lanes.capacity('orders')).toBe(0);

    lanes.resizeCapacity({ perPartition: 20, resumeBelow: 10 });

    expect([lanes.capacity('orders'), woken]).toEqual([18, ['orders']]);
  });

  it('know how old the oldest message is that is here', () => {
    const { lanes } = schedulerByHand();
    expect(lanes.oldest).toBeUndefined();

    lanes.add([
      { ...anInbound({ id: '1' }), receivedAt: 2_000 },
      { ...anInbound({ id: '2' }), receivedAt: 1_000 },
    ]);

    expect(lanes.oldest).toBe(1_000);
  });
});
