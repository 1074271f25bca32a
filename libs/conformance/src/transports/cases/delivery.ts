import assert from 'node:assert/strict';
import { items, rawOf, type Item } from '../fixture/item.js';
import { testCase, type TestCase } from '../test-case.js';

/** Waits for this many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

/** This many items, each with its own key. */
const apart = (count: number): readonly Item[] =>
  Array.from({ length: count }, (_, at) => ({ id: `n${at}`, key: `n${at}` }));

export const deliveryCases: readonly TestCase[] = [
  testCase('brings every message once', async (fixture) => {
    const sent = items(60, 7);
    const app = await fixture.start(() => turns(2));
    const channel = fixture.items;

    const receipts = await Promise.all(sent.map((item) => app.publisher.publish(channel, item)));
    await fixture.log.until('all are done', () => fixture.log.of('done').length >= 60);
    await app.close();

    assert.equal(new Set(receipts.map(({ id }) => id)).size, 60);
    assert.deepEqual(fixture.log.ids('begun').toSorted(), sent.map(({ id }) => id).toSorted());
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('brings payload, key, headers and bytes as they were sent', async (fixture) => {
    const item = { id: 'a0', key: 'a' };
    const body = Buffer.from('{ "key":"a",\n "id": "a0", "more": "ünïcödé" }');
    const headers = { word: 'ünïcödé', bytes: Uint8Array.from([0, 1, 254, 255]) };
    const seen: unknown[] = [];
    await fixture.start((payload, { message, channel }) => {
      const { word, bytes } = message.headers;
      seen.push(payload, Buffer.from(message.raw ?? ''), String(word), bytes, channel);
      if (fixture.features.order) seen.push(message.key);
    });

    await fixture.send(rawOf(item, { body, headers }));
    await fixture.log.until('it is done', () => fixture.log.of('done').length === 1);

    const [payload, raw, word, bytes, channel, key] = seen;
    assert.deepEqual(payload, item);
    assert.deepEqual(raw, body);
    assert.equal(word, headers.word);
    assert.deepEqual([...(bytes as Uint8Array)], [0, 1, 254, 255]);
    assert.equal(channel, fixture.channel.name);
    if (fixture.features.order) assert.equal(key, 'a');
  }),

  testCase(
    'keeps the order within a key, one at a time',
    async (fixture) => {
      const sent = items(40, 4);
      await fixture.send(...sent);
      await fixture.start(({ id }) => turns((Number(id.slice(1)) * 7) % 5));

      await fixture.log.until('all are done', () => fixture.log.of('done').length >= 40);

      for (const key of ['a', 'b', 'c', 'd']) {
        const ofKey = fixture.log.of('begun').filter((one) => one.key === key);
        const inOrder = sent.filter((one) => one.key === key).map(({ id }) => id);
        assert.deepEqual(
          ofKey.map(({ id }) => id),
          inOrder,
        );
        assert.equal(
          fixture.log.maxConcurrent((one) => one.key === key),
          1,
        );
      }
    },
    { needs: ({ order }) => order },
  ),

  testCase('runs keys side by side', async (fixture) => {
    const gate = fixture.gate();
    await fixture.start(({ key }) => (key === 'a' ? gate.pass() : undefined));

    await fixture.send(...items(6, 2));
    await fixture.log.until(
      'the other key is done while the first is in progress',
      () => fixture.log.of('done').filter(({ key }) => key === 'b').length === 3,
    );
    gate.open();
    await fixture.log.until('all are done', () => fixture.log.of('done').length === 6);
  }),

  testCase(
    'has no more in progress than its concurrency, and takes no more than it needs',
    async (fixture) => {
      const { prefetched = Infinity } = fixture.features;
      const gates = Array.from({ length: 40 }, () => fixture.gate());
      await fixture.send(...apart(40));
      await fixture.start(({ id }) => gates[Number(id.slice(1))]?.pass(), { concurrency: 3 });

      for (let done = 0; done < 40; done += 1) {
        const expected = Math.min(done + 3, 40);
        await fixture.log.until(
          `${expected} have begun`,
          () => fixture.log.of('begun').length >= expected || done + 3 > 40,
        );
        const inFlight = (await fixture.channel.inFlight?.()) ?? 0;
        assert(inFlight <= 3 + prefetched, `${inFlight} are with the application`);
        const inProgress = fixture.log
          .ids('begun')
          .filter((id) => !fixture.log.ids('done').includes(id));
        gates[Number(inProgress[0]?.slice(1))]?.open();
        await fixture.log.until('one more is done', () => fixture.log.of('done').length > done);
      }

      assert.equal(fixture.log.maxConcurrent(), 3);
    },
  ),

  testCase('never runs a message beside itself, though it is handed out again', async (fixture) => {
    const gate = fixture.gate();
    const sent = items(6, 6);
    const app = await fixture.start(() => gate.pass(), { concurrency: 20 });
    await fixture.send(...sent);
    await fixture.log.until('all are in progress', () => fixture.log.of('begun').length === 6);

    await fixture.channel.redeliver();
    await fixture.send({ id: 'late', key: 'z' });
    await fixture.log.until('a later one', () => fixture.log.of('begun', 'late').length === 1);
    gate.open();
    await fixture.log.until('all end', () => {
      const done = fixture.log.ids('done');
      return new Set(done).size === 7 && fixture.log.of('begun').length === done.length;
    });
    await app.close();

    for (const { id } of sent) {
      assert.equal(
        fixture.log.maxConcurrent((one) => one.id === id),
        1,
        `${id} ran beside itself`,
      );
    }
  }),
];
