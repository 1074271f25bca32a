import assert from 'node:assert/strict';
import { exponential } from '#base';
import { items } from '../fixture/item.js';
import { testCase, type TestCase } from '../test-case.js';

export const stoppingCases: readonly TestCase[] = [
  testCase(
    'ends what is in progress, gives back what waits, and the next continues at once',
    async (fixture) => {
      const gate = fixture.gate();
      await fixture.send(...items(8, 8));
      const first = await fixture.start(() => gate.pass(), { concurrency: 2 });
      await fixture.log.until('two are in progress', () => fixture.log.of('begun').length === 2);

      const closed = first.close();
      gate.open();
      await closed;
      const byFirst = fixture.log.ids('done');
      // A message that was given back is redelivered before its visibility timeout of 30 s has passed.
      const second = await fixture.start(() => undefined);
      await fixture.log.until('the rest', () => fixture.log.of('done').length === 8, 20_000);
      await second.close();

      assert.equal(byFirst.length, 2);
      const all = fixture.log.ids('begun');
      assert.equal(new Set(all).size, 8);
      assert.equal(all.length, 8);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
  ),

  testCase('can be closed several times at once', async (fixture) => {
    const gate = fixture.gate();
    const app = await fixture.start(() => gate.pass());
    await fixture.send(...items(3, 3));
    await fixture.log.until('all are in progress', () => fixture.log.of('begun').length === 3);

    const closed = Promise.all([app.close(), app.close(), app.close()]);
    gate.open();
    await closed;
    await app.close();

    assert.equal(fixture.log.of('done').length, 3);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('continues where it was, and repeats nothing that is done', async (fixture) => {
    const sent = items(20, 5);
    await fixture.send(...sent.slice(0, 10));
    const first = await fixture.start(() => undefined);
    await fixture.log.until('ten are done', () => fixture.log.of('done').length === 10);
    await first.close();

    await fixture.send(...sent.slice(10));
    const second = await fixture.start(() => undefined);
    await fixture.log.until('all are done', () => fixture.log.of('done').length === 20);
    await second.close();

    assert.deepEqual(fixture.log.ids('begun').toSorted(), sent.map(({ id }) => id).toSorted());
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('knows what is done behind a message that still fails', async (fixture) => {
    const sent = items(12, 6);
    const backoff = exponential('60s', '60s');
    let isPoison = true;
    const handle = ({ id }: { readonly id: string }): void => {
      if (id === 'a0' && isPoison) throw new Error('poison');
    };
    // On a queue without order, the failed message is hidden for the whole backoff.
    const isHidden = fixture.features.retry === 'source';
    const expected = fixture.features.order ? 10 : 11;
    await fixture.send(...sent);
    const first = await fixture.start(handle, { retry: { backoff } });
    await fixture.log.until('the others', () => fixture.log.of('done').length === expected);
    await first.close();

    isPoison = false;
    if (isHidden) assert.equal(await fixture.channel.unsettled(), 1);
    const second = await fixture.start(handle, { retry: { backoff } });
    await fixture.send({ id: 'last', key: 'b' });
    const rest = isHidden ? 12 : 13;
    await fixture.log.until('the rest', () => fixture.log.of('done').length === rest);
    await second.close();

    const done = fixture.log.ids('done');
    assert.equal(new Set(done).size, done.length);
    assert.equal(await fixture.channel.unsettled(), isHidden ? 1 : 0);
  }),

  testCase(
    'knows in the next process how often a message has failed',
    async (fixture) => {
      let failures = 0;
      const handle = (): void => {
        failures += 1;
        if (failures <= 2) throw new Error('out of stock');
      };
      const options = { retry: { attempts: 5, backoff: exponential('1s', '2s') } };
      await fixture.send({ id: 'a0', key: 'a' });
      const first = await fixture.start(handle, options);
      await fixture.log.until('two fail', () => fixture.log.of('failed').length === 2);
      await first.close();

      const second = await fixture.start(handle, options);
      await fixture.log.until('it is done', () => fixture.log.of('done').length === 1);
      await second.close();

      assert.deepEqual(fixture.log.attempts('a0'), [1, 2, 3]);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
    { needs: ({ failuresPersist }) => failuresPersist },
  ),

  testCase(
    'aborts what is in progress at the deadline, stops, and it is redelivered',
    async (fixture) => {
      const gate = fixture.gate();
      const first = await fixture.start(
        async (item, { signal }) => {
          signal.addEventListener('abort', () => fixture.log.add({ what: 'aborted', ...item }));
          await gate.pass();
        },
        { shutdownTimeout: '300ms', redeliveredAfter: '2s' },
      );
      await fixture.send({ id: 'a0', key: 'a' });
      await fixture.log.until('it is in progress', () => fixture.log.of('begun').length === 1);

      await first.close();
      const reported = fixture.log.ids('aborted');
      const second = await fixture.start(() => undefined, { redeliveredAfter: '2s' });
      await fixture.log.until('it has run again', () => fixture.log.of('done').length === 1);
      gate.open();
      await second.close();

      assert.deepEqual(reported, ['a0']);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
  ),

  testCase('can be closed before anything has begun', async (fixture) => {
    const app = await fixture.start(() => undefined);
    await app.close();

    await fixture.send({ id: 'a0', key: 'a' });
    const next = await fixture.start(() => undefined);
    await fixture.log.until('it is done', () => fixture.log.of('done').length === 1);
    await next.close();

    assert.equal(fixture.log.of('begun').length, 1);
  }),
];
