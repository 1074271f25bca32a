import assert from 'node:assert/strict';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import type { RawMessage } from '../../contract.js';
import { items, textOf } from '../../fixture/item.js';
import { testCase, type TestCase } from '../../test-case.js';

const reasonOf = ({ headers }: RawMessage): string | undefined =>
  /"reason":"(\w+)"/.exec(String(headers[DEAD_LETTER_HEADER]))?.[1];

export const blockedCases: readonly TestCase[] = [
  testCase(
    'dead-letters what waits behind too many of its key, and everything else continues',
    async (fixture) => {
      const gate = fixture.gate();
      const sent = items(6, 1);
      await fixture.send(...sent);
      const app = await fixture.start(({ id }) => (id === 'a0' ? gate.pass() : undefined), {
        laneLimit: 2,
        onBlocked: 'deadLetter',
        deadLetter: true,
        concurrency: 3,
      });

      // The first is in progress, two wait behind it, and three exceed the limit.
      const deadLetters = await fixture.channel.deadLetters(3);
      const others = ['b', 'c', 'd'].map((key) => ({ id: `${key}0`, key }));
      await fixture.send(...others);
      await fixture.log.until('the others', () => fixture.log.of('done').length === 3);
      const doneMeanwhile = fixture.log.ids('done').toSorted();
      gate.open();
      await fixture.log.until('all are done', () => fixture.log.of('done').length === 6);
      await app.close();

      const bodies = sent.slice(3).map((item) => JSON.stringify(item));
      assert.deepEqual(deadLetters.map(textOf).toSorted(), bodies);
      assert.deepEqual(deadLetters.map(reasonOf), ['blocked', 'blocked', 'blocked']);
      assert.deepEqual(doneMeanwhile, ['b0', 'c0', 'd0']);
      const ofKey = fixture.log.of('begun').filter(({ key }) => key === 'a');
      assert.deepEqual(
        ofKey.map(({ id, attempt }) => `${id}/${attempt}`),
        ['a0/1', 'a1/1', 'a2/1'],
      );
      assert.equal(await fixture.channel.unsettled(), 0);
    },
    // Later messages must come from the partition of the blocked key.
    { partitions: 1, needs: ({ order, keyInBatch }) => order && keyInBatch },
  ),
];
