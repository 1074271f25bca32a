import assert from 'node:assert/strict';
import { ThroughlineError, type Headers } from '#base';
import { itemChannel, keylessChannel } from '../handler-class.js';
import { items } from '../item.js';
import { play, type Play } from '../play.js';
import type { App, Stage } from '../stage.js';

/** Publishes, and tells the code of the error that it met. */
async function codeOf(publishing: Promise<unknown>): Promise<string> {
  try {
    await publishing;
    return 'none';
  } catch (error) {
    return error instanceof ThroughlineError ? error.code : `not ours: ${String(error)}`;
  }
}

const channelOf = ({ features, channel }: Stage) => itemChannel(features.kind, channel.name);

const tooLarge = ({ features }: Stage) => ({ id: 'x'.repeat(features.largest), key: 'a' });

const isRefusal = /^TL_(SQS_REFUSED|SQS_MESSAGE_TOO_LARGE|KAFKA_MESSAGE_TOO_LARGE|KAFKA_REFUSED)$/;

const silent = (stage: Stage): Promise<App> => stage.start(() => undefined);

export const publishingPlays: readonly Play[] = [
  play('brings headers of one’s own, text and bytes', async (stage) => {
    let headers: Headers = {};
    const app = await stage.start((_, { message }) => void (headers = message.headers));

    await app.publisher.publish(
      channelOf(stage),
      { id: 'a0', key: 'a' },
      { headers: { word: 'ünïcödé', bytes: Uint8Array.from([0, 255]) } },
    );
    await stage.chronicle.until('it is done', () => stage.chronicle.of('done').length === 1);

    assert.equal(String(headers.word), 'ünïcödé');
    assert.deepEqual([...(headers.bytes as Uint8Array)], [0, 255]);
  }),

  play('tells each mistake by its code', async (stage) => {
    const { publisher } = await silent(stage);
    const channel = channelOf(stage);
    const { kind } = stage.features;
    const nowhere = itemChannel(kind, `nowhere-${stage.name}`);
    const elsewhere = keylessChannel(kind === 'queue' ? 'topic' : 'queue', 'elsewhere');
    const misfit = { id: 7, key: 'a' } as unknown as { id: string; key: string };

    const [missing, uncarried, invalid, large] = await Promise.all([
      codeOf(publisher.publish(nowhere, { id: 'a0', key: 'a' })),
      codeOf(publisher.publish(elsewhere, { id: 'a0', key: 'a' })),
      codeOf(publisher.publish(channel, misfit)),
      codeOf(publisher.publish(channel, tooLarge(stage))),
    ]);

    assert.match(missing, /^TL_(SQS_QUEUE|KAFKA_TOPIC)_MISSING$/);
    assert.equal(uncarried, 'TL_TRANSPORT_MISSING');
    assert.equal(invalid, 'TL_MESSAGE_INVALID');
    assert.match(large, isRefusal);
    assert.deepEqual(stage.chronicle.ids('begun'), []);
  }),

  play(
    'asks for a key where there has to be one',
    async (stage) => {
      const { publisher } = await silent(stage);
      const keyless = keylessChannel(stage.features.kind, stage.channel.name);

      assert.equal(
        await codeOf(publisher.publish(keyless, { id: 'a0', key: 'a' })),
        'TL_SQS_GROUP_MISSING',
      );
    },
    { needs: ({ needsKey }) => needsKey },
  ),

  play(
    'refuses headers that the broker would refuse',
    async (stage) => {
      const { publisher } = await silent(stage);
      const many = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`h${at}`, 'v']));
      const wrong: readonly Headers[] = [
        { empty: '' },
        { 'no name': 'v' },
        { control: '\u0001' },
        { twice: ['1', '2'] },
        many,
      ];
      const codes = wrong.map((headers) =>
        codeOf(publisher.publish(channelOf(stage), { id: 'a0', key: 'a' }, { headers })),
      );

      assert.deepEqual(
        await Promise.all(codes),
        wrong.map(() => 'TL_SQS_HEADER_INVALID'),
      );
    },
    { needs: ({ mostHeaders }) => mostHeaders !== undefined },
  ),

  play('brings each failure to its own caller, and to no other', async (stage) => {
    const app = await silent(stage);
    const channel = channelOf(stage);
    const misfit = { id: 7, key: 'a' } as unknown as { id: string; key: string };

    const good = items(24, 24);
    const publishes = good.map((item) => codeOf(app.publisher.publish(channel, item)));
    const large = codeOf(app.publisher.publish(channel, tooLarge(stage)));
    const invalid = codeOf(app.publisher.publish(channel, misfit));
    const after = codeOf(app.publisher.publish(channel, { id: 'after', key: 'after' }));

    assert.deepEqual(
      await Promise.all(publishes),
      good.map(() => 'none'),
    );
    assert.match(await large, isRefusal);
    assert.equal(await invalid, 'TL_MESSAGE_INVALID');
    assert.equal(await after, 'none');
    await stage.chronicle.until('all good ones', () => stage.chronicle.of('done').length >= 25);
    assert.equal(stage.chronicle.of('begun').length, 25);
  }),

  play('shares requests among those who publish at once', async (stage) => {
    const app = await silent(stage);
    const channel = channelOf(stage);
    await app.publisher.publish(channel, { id: 'first', key: 'first' });
    const before = stage.theatre.opened.sendRequests();

    await Promise.all(items(50, 10).map((item) => app.publisher.publish(channel, item)));
    const requests = stage.theatre.opened.sendRequests() - before;
    await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length === 51);

    assert(requests < 25, `50 publishes took ${requests} requests`);
  }),

  play(
    'keeps the order of publishes within a key',
    async (stage) => {
      const app = await silent(stage);
      const sent = items(60, 3);

      await Promise.all(sent.map((item) => app.publisher.publish(channelOf(stage), item)));
      await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length === 60);

      for (const key of ['a', 'b', 'c']) {
        const ofKey = stage.chronicle.of('begun').filter((one) => one.key === key);
        const inOrder = sent.filter((one) => one.key === key).map(({ id }) => id);
        assert.deepEqual(
          ofKey.map(({ id }) => id),
          inOrder,
        );
      }
    },
    { needs: ({ order }) => order },
  ),

  play(
    'delays a message, and no other',
    async (stage) => {
      const app = await silent(stage);
      const published = performance.now();
      await app.publisher.publish(channelOf(stage), { id: 'late', key: 'a' }, { delay: '2s' });
      await app.publisher.publish(channelOf(stage), { id: 'soon', key: 'a' });

      await stage.chronicle.until('both are done', () => stage.chronicle.of('done').length === 2);

      assert.deepEqual(stage.chronicle.ids('begun'), ['soon', 'late']);
      const [late] = stage.chronicle.of('begun', 'late');
      assert((late?.at ?? 0) - published >= 1_950, 'it came early');
    },
    { needs: ({ delay }) => delay },
  ),

  play(
    'takes equal messages for one only where they have the same deduplication id',
    async (stage) => {
      const app = await silent(stage);
      const channel = channelOf(stage);
      const same = { deduplicationId: `of-${stage.name}` };

      for (const id of ['a0', 'a0']) await app.publisher.publish(channel, { id, key: 'a' });
      for (const id of ['b0', 'b0']) await app.publisher.publish(channel, { id, key: 'b' }, same);
      for (const key of ['a', 'b']) await app.publisher.publish(channel, { id: 'end', key });
      await stage.chronicle.until(
        'both ends',
        () => stage.chronicle.of('done', 'end').length === 2,
      );

      assert.equal(stage.chronicle.of('begun', 'a0').length, 2);
      assert.equal(stage.chronicle.of('begun', 'b0').length, 1);
    },
    { needs: ({ deduplication }) => deduplication },
  ),
];
