import { describe, expect, it } from '@jest/globals';
import { anArrival } from '../../pipeline/inbound-message.fixture.js';
import { lanesByHand } from './scheduler-by-hand.fixture.js';

describe('Lanes that are steered', () => {
  it('take and start nothing while they are paused, also when what held them otherwise goes on', () => {
    const { lanes, started, end } = lanesByHand({ concurrency: 1 });
    const woken: string[] = [];
    lanes.onRoom((shard) => woken.push(shard));
    lanes.add([anArrival({ id: '1' }), anArrival({ id: '2' })]);
    lanes.pause();
    end('1');
    lanes.hold();
    lanes.goOn();
    expect([started, lanes.room('orders'), lanes.waiting]).toEqual([['1'], 0, 1]);

    lanes.resume();

    expect([started, woken]).toEqual([['1', '2'], ['orders']]);
  });

  it('have more room, and tell of it, once there are more slots to fill', () => {
    const { lanes } = lanesByHand({ perShard: 2, resumeBelow: 1 });
    const woken: string[] = [];
    lanes.onRoom((shard) => woken.push(shard));
    lanes.add([anArrival({ id: '1' }), anArrival({ id: '2' })]);
    expect(lanes.room('orders')).toBe(0);

    lanes.resizeRoom({ perShard: 20, resumeBelow: 10 });

    expect([lanes.room('orders'), woken]).toEqual([18, ['orders']]);
  });

  it('know how old the oldest message is that is here', () => {
    const { lanes } = lanesByHand();
    expect(lanes.oldest).toBeUndefined();

    lanes.add([
      { ...anArrival({ id: '1' }), receivedAt: 2_000 },
      { ...anArrival({ id: '2' }), receivedAt: 1_000 },
    ]);

    expect(lanes.oldest).toBe(1_000);
  });
});
