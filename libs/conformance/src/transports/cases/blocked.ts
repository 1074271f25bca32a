import assert from 'node:assert/strict';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import type { RawMessage } from '../contract.js';
import { items, textOf } from '../item.js';
import { play, type Play } from '../play.js';

const reasonOf = ({ headers }: RawMessage): string | undefined =>
  /"reason":"(\w+)"/.exec(String(headers[DEAD_LETTER_HEADER]))?.[1];

export const blockedPlays: readonly Play[] = [
  play(
    'buries what waits behind too many of its key, and everything else goes on',
    async (stage) => {
      const gate = stage.gate();
      const sent = items(6, 1);
      await stage.send(...sent);
      const app = await stage.start(({ id }) => (id === 'a0' ? gate.pass() : undefined), {
        laneLimit: 2,
        onBlocked: 'deadLetter',
        deadLetter: true,
        concurrency: 3,
      });

      // The first is at work, two wait behind it, and three are too many.
      const letters = await stage.channel.deadLetters(3);
      const others = ['b', 'c', 'd'].map((key) => ({ id: `${key}0`, key }));
      await stage.send(...others);
      await stage.chronicle.until('the others', () => stage.chronicle.of('done').length === 3);
      const doneMeanwhile = stage.chronicle.ids('done').toSorted();
      gate.open();
      await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length === 6);
      await app.close();

      const bodies = sent.slice(3).map((item) => JSON.stringify(item));
      assert.deepEqual(letters.map(textOf).toSorted(), bodies);
      assert.deepEqual(letters.map(reasonOf), ['blocked', 'blocked', 'blocked']);
      assert.deepEqual(doneMeanwhile, ['b0', 'c0', 'd0']);
      const ofKey = stage.chronicle.of('begun').filter(({ key }) => key === 'a');
      assert.deepEqual(
        ofKey.map(({ id, attempt }) => `${id}/${attempt}`),
        ['a0/1', 'a1/1', 'a2/1'],
      );
      assert.equal(await stage.channel.unsettled(), 0);
    },
    // What comes later comes from the shard that the blocked key is in.
    { partitions: 1, needs: ({ order, keyInBatch }) => order && keyInBatch },
  ),
];
