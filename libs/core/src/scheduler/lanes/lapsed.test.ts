import { describe, expect, it } from '@jest/globals';
import { anInbound } from '../../pipeline/inbound-message.fixture.js';
import type { InboundMessage } from 'throughline/transport';
import { Scheduler } from './scheduler.js';
import type { Task } from './task.js';

/** A message that is no longer ours once its test says so, and nobody has been told by a signal. */
class Lapsing implements InboundMessage {
  isOurs = true;
  readonly #inbound: InboundMessage;

  constructor(
    readonly id: string,
    readonly lane: string | null,
  ) {
    this.#inbound = anInbound({ id, lane });
  }

  readonly key = null;
  readonly raw = null;
  readonly headers = {};
  readonly bytes = 1;
  readonly failures = 0;
  readonly receivedAt = 0;
  readonly malformedContext = undefined;

  get origin(): InboundMessage['origin'] {
    return this.#inbound.origin;
  }
  get signal(): AbortSignal {
    return this.#inbound.signal;
  }
  get incoming(): InboundMessage['incoming'] {
    return this.#inbound.incoming;
  }
}

describe('Lanes, when messages are no longer ours', () => {
  const LIMITS = { perPartition: 10, resumeBelow: 0, perLane: 10, bytes: 1_000 };

  function stand(concurrency: number, perSlot = 1) {
    const begun: Task<Lapsing>[] = [];
    const givenBack: string[] = [];
    const lanes = new Scheduler<Lapsing>(
      { concurrency, perSlot, ...LIMITS },
      (tasks) => begun.push(...tasks),
      (inbounds) => givenBack.push(...inbounds.map(({ id }) => id)),
    );
    const end = (task: Task<Lapsing> | undefined): void => {
      if (task === undefined) throw new Error('There is no such task.');
      lanes.done(task);
      lanes.reopen(task.lane);
      lanes.release();
    };
    const ids = (): readonly string[] => begun.map(({ inbound }) => inbound.id);
    return { lanes, begun, givenBack, end, ids };
  }

  it('begins none of them, and gives back what follows them in their lane, so that order holds', () => {
    const { lanes, begun, givenBack, end, ids } = stand(1);
    const [first, second, third] = ['a1', 'a2', 'a3'].map((id) => new Lapsing(id, 'a')) as [
      Lapsing,
      Lapsing,
      Lapsing,
    ];
    lanes.add([first, second, third]);

    second.isOurs = false;
    end(begun[0]);

    expect(ids()).toEqual(['a1']);
    expect(givenBack).toEqual(['a2', 'a3']);
    expect(lanes.waiting).toBe(0);
    expect(lanes.capacity(second.origin.name)).toBe(10);
  });

  it('begins the others', () => {
    const { lanes, begun, givenBack, end, ids } = stand(1);
    const lapsed = new Lapsing('b1', 'b');
    lanes.add([new Lapsing('a1', 'a'), lapsed, new Lapsing('c1', 'c')]);

    lapsed.isOurs = false;
    end(begun[0]);

    expect(ids()).toEqual(['a1', 'c1']);
    expect(givenBack).toEqual(['b1']);
  });

  it('begins none that has arrived too late', () => {
    const { lanes, givenBack, ids } = stand(1);
    const late = new Lapsing('a1', null);
    late.isOurs = false;

    lanes.add([late]);

    expect(ids()).toEqual([]);
    expect(givenBack).toEqual(['a1']);
    expect(lanes.running).toBe(0);
  });

  it('leaves them out of a batch', () => {
    const { lanes, begun, givenBack, end, ids } = stand(1, 3);
    const lapsed = new Lapsing('b2', 'b');
    lanes.add([new Lapsing('a1', 'a')]);
    lanes.add([new Lapsing('b1', 'b'), lapsed, new Lapsing('b3', 'b')]);

    lapsed.isOurs = false;
    end(begun[0]);

    expect(ids()).toEqual(['a1', 'b1']);
    expect(givenBack).toEqual(['b2', 'b3']);
  });
});
