import assert from 'node:assert/strict';
import { ThroughlineError, type Headers } from '#base';
import { channelOf } from 'throughline/transport';
import { Item, items, misfit } from '../../fixture/item.js';
import { testCase, type TestCase } from '../../test-case.js';
import type { App, Fixture } from '../../fixture/fixture.js';

/** Returns the code of the error that a publish failed with, or `none`. */
async function codeOf(publishing: Promise<unknown>): Promise<string> {
  try {
    await publishing;
    return 'none';
  } catch (error) {
    return error instanceof ThroughlineError ? error.code : `not ours: ${String(error)}`;
  }
}

const tooLarge = ({ features }: Fixture) => ({
  id: 'x'.repeat(features.maxMessageBytes),
  key: 'a',
});

/** A channel of a broker that the application has no transport for. */
const elsewhere = channelOf(
  {
    system: {
      name: 'elsewhere',
      setup: 'elsewhere() of nobody',
      sharing: 'Give each handler its own channel.',
      handlerOptions: {},
      sharedOptions: [],
    },
    kind: 'place',
  },
  'elsewhere',
  { schema: Item },
);

const assertTooLarge = (code: string, { api }: Fixture): void => {
  assert(api.errorCodes.tooLarge.includes(code), code);
};

const silent = (fixture: Fixture): Promise<App> => fixture.start(() => undefined);

export const publishingCases: readonly TestCase[] = [
  testCase('brings headers of one’s own, text and bytes', async (fixture) => {
    let headers: Headers = {};
    const app = await fixture.start((_, { message }) => void (headers = message.headers));

    await app.publisher.publish(
      fixture.items,
      { id: 'a0', key: 'a' },
      { headers: { word: 'ünïcödé', bytes: Uint8Array.from([0, 255]) } },
    );
    await fixture.log.until('it is done', () => fixture.log.of('done').length === 1);

    assert.equal(String(headers.word), 'ünïcödé');
    assert.deepEqual([...(headers.bytes as Uint8Array)], [0, 255]);
  }),

  testCase('reports each error by its code', async (fixture) => {
    const { publisher } = await silent(fixture);
    const channel = fixture.items;
    const nowhere = fixture.channelOf(`nowhere-${fixture.name}`);

    const [missing, uncarried, invalid, large] = await Promise.all([
      codeOf(publisher.publish(nowhere, { id: 'a0', key: 'a' })),
      codeOf(publisher.publish(elsewhere, { id: 'a0', key: 'a' })),
      codeOf(publisher.publish(channel, misfit)),
      codeOf(publisher.publish(channel, tooLarge(fixture))),
    ]);

    assert.equal(missing, fixture.api.errorCodes.channelMissing);
    assert.equal(uncarried, 'TL_TRANSPORT_MISSING');
    assert.equal(invalid, 'TL_MESSAGE_INVALID');
    assertTooLarge(large, fixture);
    assert.deepEqual(fixture.log.ids('begun'), []);
  }),

  testCase(
    'asks for a key where there has to be one',
    async (fixture) => {
      const { publisher } = await silent(fixture);

      assert.equal(
        await codeOf(publisher.publish(fixture.keyless, { id: 'a0', key: 'a' })),
        fixture.api.errorCodes.keyMissing,
      );
    },
    { needs: ({ needsKey }) => needsKey },
  ),

  testCase(
    'refuses headers that the broker would refuse',
    async (fixture) => {
      const { publisher } = await silent(fixture);
      const many = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`h${at}`, 'v']));
      const wrong: readonly Headers[] = [
        { empty: '' },
        { 'no name': 'v' },
        { control: '\u0001' },
        { twice: ['1', '2'] },
        many,
      ];
      const codes = wrong.map((headers) =>
        codeOf(publisher.publish(fixture.items, { id: 'a0', key: 'a' }, { headers })),
      );

      assert.deepEqual(
        await Promise.all(codes),
        wrong.map(() => fixture.api.errorCodes.headersInvalid),
      );
    },
    { needs: ({ maxHeaders }) => maxHeaders !== undefined },
  ),

  testCase('brings each failure to its own caller, and to no other', async (fixture) => {
    const app = await silent(fixture);
    const channel = fixture.items;

    const good = items(24, 24);
    const publishes = good.map((item) => codeOf(app.publisher.publish(channel, item)));
    const large = codeOf(app.publisher.publish(channel, tooLarge(fixture)));
    const invalid = codeOf(app.publisher.publish(channel, misfit));
    const after = codeOf(app.publisher.publish(channel, { id: 'after', key: 'after' }));

    assert.deepEqual(
      await Promise.all(publishes),
      good.map(() => 'none'),
    );
    assertTooLarge(await large, fixture);
    assert.equal(await invalid, 'TL_MESSAGE_INVALID');
    assert.equal(await after, 'none');
    await fixture.log.until('all good ones', () => fixture.log.of('done').length >= 25);
    assert.equal(fixture.log.of('begun').length, 25);
  }),

  testCase('shares requests among those who publish at once', async (fixture) => {
    const app = await silent(fixture);
    const channel = fixture.items;
    await app.publisher.publish(channel, { id: 'first', key: 'first' });
    const before = fixture.shared.broker.sendRequests();

    await Promise.all(items(50, 10).map((item) => app.publisher.publish(channel, item)));
    const requests = fixture.shared.broker.sendRequests() - before;
    await fixture.log.until('all are done', () => fixture.log.of('done').length === 51);

    assert(requests < 25, `50 publishes took ${requests} requests`);
  }),

  testCase(
    'keeps the order of publishes within a key',
    async (fixture) => {
      const app = await silent(fixture);
      const sent = items(60, 3);

      await Promise.all(
        sent.map((item) => app.publisher.publish(fixture.items, item, { publishTimeout: '60s' })),
      );
      await fixture.log.until('all are done', () => fixture.log.of('done').length === 60);

      for (const key of ['a', 'b', 'c']) {
        const ofKey = fixture.log.of('begun').filter((one) => one.key === key);
        const inOrder = sent.filter((one) => one.key === key).map(({ id }) => id);
        assert.deepEqual(
          ofKey.map(({ id }) => id),
          inOrder,
        );
      }
    },
    { needs: ({ order }) => order },
  ),

  testCase(
    'delays a message, and no other',
    async (fixture) => {
      const app = await silent(fixture);
      const published = performance.now();
      await app.publisher.publish(
        fixture.items,
        { id: 'late', key: 'a' },
        fixture.api.delayed?.('2s'),
      );
      await app.publisher.publish(fixture.items, { id: 'soon', key: 'a' });

      await fixture.log.until('both are done', () => fixture.log.of('done').length === 2);

      assert.deepEqual(fixture.log.ids('begun'), ['soon', 'late']);
      const [late] = fixture.log.of('begun', 'late');
      assert((late?.at ?? 0) - published >= 1_950, 'it came early');
    },
    { needs: ({ delay }) => delay },
  ),

  testCase(
    'takes equal messages for one only where they have the same deduplication id',
    async (fixture) => {
      const app = await silent(fixture);
      const channel = fixture.items;
      const same = fixture.api.deduplicated?.(`of-${fixture.name}`);

      for (const id of ['a0', 'a0']) await app.publisher.publish(channel, { id, key: 'a' });
      for (const id of ['b0', 'b0']) await app.publisher.publish(channel, { id, key: 'b' }, same);
      for (const key of ['a', 'b']) await app.publisher.publish(channel, { id: 'end', key });
      await fixture.log.until('both ends', () => fixture.log.of('done', 'end').length === 2);

      assert.equal(fixture.log.of('begun', 'a0').length, 2);
      assert.equal(fixture.log.of('begun', 'b0').length, 1);
    },
    { needs: ({ deduplication }) => deduplication },
  ),
];
