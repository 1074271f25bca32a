import assert from 'node:assert/strict';
import { exponential } from '#base';
import { items } from '../item.js';
import { play, type Play } from '../play.js';

const ofTopics = {
  partitions: 1,
  needs: ({ kind }: { readonly kind: string }): boolean => kind === 'topic',
};

export const orderOptionPlays: readonly Play[] = [
  play(
    'order: partition keeps all keys of a partition in one line, a failing one included',
    async (stage) => {
      const sent = items(12, 4);
      let failures = 0;
      await stage.send(...sent);
      const app = await stage.start(
        ({ id }) => {
          if (id !== 'b1' || failures === 2) return;
          failures += 1;
          throw new Error('out of stock');
        },
        { order: 'partition', retry: { backoff: exponential('100ms', '200ms') } },
      );

      await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length === 12);
      await app.close();

      const [first, second, ...rest] = sent.map(({ id }) => id);
      assert.deepEqual(stage.chronicle.ids('begun'), [first, second, second, second, ...rest]);
      assert.equal(stage.chronicle.mostAtOnce(), 1);
      assert.equal(await stage.channel.unsettled(), 0);
    },
    ofTopics,
  ),

  play(
    'order: none runs the records of one key side by side, and past a failing one',
    async (stage) => {
      const gate = stage.gate();
      let failures = 0;
      await stage.send(...items(5, 1));
      const app = await stage.start(
        async ({ id }) => {
          if (id === 'a0' && failures === 0) {
            failures += 1;
            throw new Error('out of stock');
          }
          await gate.pass();
        },
        { order: 'none', retry: { backoff: exponential('100ms', '200ms') } },
      );

      await stage.chronicle.until('all at work', () => stage.chronicle.of('begun').length === 6);
      const atOnce = stage.chronicle.mostAtOnce();
      gate.open();
      await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length === 5);
      await app.close();

      assert.equal(atOnce, 5);
      assert.deepEqual(stage.chronicle.attempts('a0'), [1, 2]);
      assert.equal(await stage.channel.unsettled(), 0);
    },
    ofTopics,
  ),
];
