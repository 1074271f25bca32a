import assert from 'node:assert/strict';
import { exponential } from '#base';
import { items } from '../fixture/item.js';
import { testCase, type CaseOptions, type TestCase } from '../test-case.js';

const withOrderOptions: CaseOptions = {
  partitions: 1,
  needs: (_, { hasOrderOptions }) => hasOrderOptions,
};

export const orderOptionCases: readonly TestCase[] = [
  testCase(
    'order: partition keeps all keys of a partition in one line, a failing one included',
    async (fixture) => {
      const sent = items(12, 4);
      let failures = 0;
      await fixture.send(...sent);
      const app = await fixture.start(
        ({ id }) => {
          if (id !== 'b1' || failures === 2) return;
          failures += 1;
          throw new Error('out of stock');
        },
        { order: 'partition', retry: { backoff: exponential('100ms', '200ms') } },
      );

      await fixture.log.until('all are done', () => fixture.log.of('done').length === 12);
      await app.close();

      const [first, second, ...rest] = sent.map(({ id }) => id);
      assert.deepEqual(fixture.log.ids('begun'), [first, second, second, second, ...rest]);
      assert.equal(fixture.log.maxConcurrent(), 1);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
    withOrderOptions,
  ),

  testCase(
    'order: none runs the records of one key side by side, and past a failing one',
    async (fixture) => {
      const gate = fixture.gate();
      let failures = 0;
      await fixture.send(...items(5, 1));
      const app = await fixture.start(
        async ({ id }) => {
          if (id === 'a0' && failures === 0) {
            failures += 1;
            throw new Error('out of stock');
          }
          await gate.pass();
        },
        { order: 'none', retry: { backoff: exponential('100ms', '200ms') } },
      );

      await fixture.log.until('all are in progress', () => fixture.log.of('begun').length === 6);
      const atOnce = fixture.log.maxConcurrent();
      gate.open();
      await fixture.log.until('all are done', () => fixture.log.of('done').length === 5);
      await app.close();

      assert.equal(atOnce, 5);
      assert.deepEqual(fixture.log.attempts('a0'), [1, 2]);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
    withOrderOptions,
  ),
];
