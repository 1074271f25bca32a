import assert from 'node:assert/strict';
import { itemChannel } from '../handler-class.js';
import { items, rawOf, type Item } from '../item.js';
import { play, type Play } from '../play.js';

/** A few turns of the event loop, more or fewer by the number. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

/** So many items, each under a key of its own. */
const apart = (count: number): readonly Item[] =>
  Array.from({ length: count }, (_, at) => ({ id: `n${at}`, key: `n${at}` }));

export const deliveryPlays: readonly Play[] = [
  play('brings every message once', async (stage) => {
    const sent = items(60, 7);
    const app = await stage.start(() => turns(2));
    const channel = itemChannel(stage.features.kind, stage.channel.name);

    const receipts = await Promise.all(sent.map((item) => app.publisher.publish(channel, item)));
    await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length >= 60);
    await app.close();

    assert.equal(new Set(receipts.map(({ id }) => id)).size, 60);
    assert.deepEqual(stage.chronicle.ids('begun').toSorted(), sent.map(({ id }) => id).toSorted());
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('brings payload, key, headers and bytes as they were sent', async (stage) => {
    const item = { id: 'a0', key: 'a' };
    const body = Buffer.from('{ "key":"a",\n "id": "a0", "more": "ünïcödé" }');
    const headers = { word: 'ünïcödé', bytes: Uint8Array.from([0, 1, 254, 255]) };
    const seen: unknown[] = [];
    await stage.start((payload, { message, channel }) => {
      const { word, bytes } = message.headers;
      seen.push(payload, Buffer.from(message.raw ?? ''), String(word), bytes, channel);
      if (stage.features.order) seen.push(message.key);
    });

    await stage.send(rawOf(item, { body, headers }));
    await stage.chronicle.until('it is done', () => stage.chronicle.of('done').length === 1);

    const [payload, raw, word, bytes, channel, key] = seen;
    assert.deepEqual(payload, item);
    assert.deepEqual(raw, body);
    assert.equal(word, headers.word);
    assert.deepEqual([...(bytes as Uint8Array)], [0, 1, 254, 255]);
    assert.equal(channel, stage.channel.name);
    if (stage.features.order) assert.equal(key, 'a');
  }),

  play(
    'keeps the order within a key, one at a time',
    async (stage) => {
      const sent = items(40, 4);
      await stage.send(...sent);
      await stage.start(({ id }) => turns((Number(id.slice(1)) * 7) % 5));

      await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length >= 40);

      for (const key of ['a', 'b', 'c', 'd']) {
        const ofKey = stage.chronicle.of('begun').filter((one) => one.key === key);
        const inOrder = sent.filter((one) => one.key === key).map(({ id }) => id);
        assert.deepEqual(
          ofKey.map(({ id }) => id),
          inOrder,
        );
        assert.equal(
          stage.chronicle.mostAtOnce((one) => one.key === key),
          1,
        );
      }
    },
    { needs: ({ order }) => order },
  ),

  play('runs keys side by side', async (stage) => {
    const gate = stage.gate();
    await stage.start(({ key }) => (key === 'a' ? gate.pass() : undefined));

    await stage.send(...items(6, 2));
    await stage.chronicle.until(
      'the other key is done while the first is at work',
      () => stage.chronicle.of('done').filter(({ key }) => key === 'b').length === 3,
    );
    gate.open();
    await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length === 6);
  }),

  play(
    'has no more at work than its concurrency, and takes no more than it needs',
    async (stage) => {
      const { ahead = Infinity } = stage.features;
      const gates = Array.from({ length: 40 }, () => stage.gate());
      await stage.send(...apart(40));
      await stage.start(({ id }) => gates[Number(id.slice(1))]?.pass(), { concurrency: 3 });

      for (let done = 0; done < 40; done += 1) {
        const expected = Math.min(done + 3, 40);
        await stage.chronicle.until(
          `${expected} have begun`,
          () => stage.chronicle.of('begun').length >= expected || done + 3 > 40,
        );
        const handedOut = (await stage.channel.handedOut?.()) ?? 0;
        assert(handedOut <= 3 + ahead, `${handedOut} are with the application`);
        const inProgress = stage.chronicle
          .ids('begun')
          .filter((id) => !stage.chronicle.ids('done').includes(id));
        gates[Number(inProgress[0]?.slice(1))]?.open();
        await stage.chronicle.until(
          'one more is done',
          () => stage.chronicle.of('done').length > done,
        );
      }

      assert.equal(stage.chronicle.mostAtOnce(), 3);
    },
  ),

  play('never runs a message beside itself, though it is handed out again', async (stage) => {
    const gate = stage.gate();
    const sent = items(6, 6);
    const app = await stage.start(() => gate.pass(), { concurrency: 20 });
    await stage.send(...sent);
    await stage.chronicle.until('all are at work', () => stage.chronicle.of('begun').length === 6);

    await stage.channel.handOutAgain();
    await stage.send({ id: 'late', key: 'z' });
    await stage.chronicle.until(
      'a later one',
      () => stage.chronicle.of('begun', 'late').length === 1,
    );
    gate.open();
    await stage.chronicle.until('all end', () => {
      const done = stage.chronicle.ids('done');
      return new Set(done).size === 7 && stage.chronicle.of('begun').length === done.length;
    });
    await app.close();

    for (const { id } of sent) {
      assert.equal(
        stage.chronicle.mostAtOnce((one) => one.id === id),
        1,
        `${id} ran beside itself`,
      );
    }
  }),
];
