import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PendingList } from './pending-list.js';

describe('Fifo', () => {
  it('gives back what was put in, in order, whatever is done between', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.constant('shift' as const))), (steps) => {
        const fifo = new PendingList<number>();
        const model: number[] = [];
        for (const step of steps) {
          if (step === 'shift') expect(fifo.shift()).toBe(model.shift());
          else {
            fifo.push(step);
            model.push(step);
          }
          expect(fifo.size).toBe(model.length);
          expect(fifo.peek()).toBe(model[0]);
          expect(fifo.first(2)).toEqual(model.slice(0, 2));
        }
        for (const item of model) expect(fifo.shift()).toBe(item);
      }),
    );
  });

  it('is as fast at its end as at its beginning, and forgets what was taken', () => {
    const fifo = new PendingList<number>();
    const count = 200_000;
    for (let item = 0; item < count; item += 1) fifo.push(item);

    for (let item = 0; item < count; item += 1) if (fifo.shift() !== item) throw new Error('order');

    expect(fifo.size).toBe(0);
  });
});
