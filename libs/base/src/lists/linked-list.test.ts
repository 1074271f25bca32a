import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LinkedList, type LinkedNode } from './linked-list.js';

class Named implements LinkedNode<Named> {
  before: Named | undefined;
  after: Named | undefined;

  constructor(readonly name: number) {}
}

describe('Chain', () => {
  it('holds what began and has not ended, in order, whoever ends first', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(20))), (steps) => {
        const chain = new LinkedList<Named>();
        const known: Named[] = [];
        let model: Named[] = [];
        for (const step of steps) {
          const ended = step === null ? undefined : known[step];
          if (ended === undefined) {
            const link = new Named(known.length);
            known.push(link);
            model.push(link);
            chain.add(link);
          } else {
            chain.remove(ended); // some of them a second time
            model = model.filter((link) => link !== ended);
          }
          expect([...chain].map(({ name }) => name)).toEqual(model.map(({ name }) => name));
          expect(chain.first).toBe(model[0]);
        }
      }),
    );
  });

  it('lets one be removed while it is walked through', () => {
    const chain = new LinkedList<Named>();
    for (const name of [1, 2, 3]) chain.add(new Named(name));
    const seen: number[] = [];

    for (const link of chain) {
      chain.remove(link);
      seen.push(link.name);
    }

    expect(seen).toEqual([1, 2, 3]);
    expect(chain.first).toBeUndefined();
  });
});
