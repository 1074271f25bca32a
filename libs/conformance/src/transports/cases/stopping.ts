import assert from 'node:assert/strict';
import { exponential } from '#base';
import { items } from '../item.js';
import { play, type Play } from '../play.js';

export const stoppingPlays: readonly Play[] = [
  play(
    'ends what is at work, gives back what waits, and the next goes on at once',
    async (stage) => {
      const gate = stage.gate();
      await stage.send(...items(8, 8));
      const first = await stage.start(() => gate.pass(), { concurrency: 2 });
      await stage.chronicle.until('two at work', () => stage.chronicle.of('begun').length === 2);

      const closed = first.close();
      gate.open();
      await closed;
      const byFirst = stage.chronicle.ids('done');
      // What was given back comes before its visibility timeout of 30 s would have ended.
      const second = await stage.start(() => undefined);
      await stage.chronicle.until(
        'the rest',
        () => stage.chronicle.of('done').length === 8,
        20_000,
      );
      await second.close();

      assert.equal(byFirst.length, 2);
      const all = stage.chronicle.ids('begun');
      assert.equal(new Set(all).size, 8);
      assert.equal(all.length, 8);
      assert.equal(await stage.channel.unsettled(), 0);
    },
  ),

  play('can be closed several times at once', async (stage) => {
    const gate = stage.gate();
    const app = await stage.start(() => gate.pass());
    await stage.send(...items(3, 3));
    await stage.chronicle.until('all are at work', () => stage.chronicle.of('begun').length === 3);

    const closed = Promise.all([app.close(), app.close(), app.close()]);
    gate.open();
    await closed;
    await app.close();

    assert.equal(stage.chronicle.of('done').length, 3);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('goes on where it was, and repeats nothing that is done', async (stage) => {
    const sent = items(20, 5);
    await stage.send(...sent.slice(0, 10));
    const first = await stage.start(() => undefined);
    await stage.chronicle.until('ten are done', () => stage.chronicle.of('done').length === 10);
    await first.close();

    await stage.send(...sent.slice(10));
    const second = await stage.start(() => undefined);
    await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length === 20);
    await second.close();

    assert.deepEqual(stage.chronicle.ids('begun').toSorted(), sent.map(({ id }) => id).toSorted());
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('knows what is done behind a message that still fails', async (stage) => {
    const sent = items(12, 6);
    const backoff = exponential('60s', '60s');
    let isPoison = true;
    const handle = ({ id }: { readonly id: string }): void => {
      if (id === 'a0' && isPoison) throw new Error('poison');
    };
    // On a queue without order, the failed one would be hidden for the whole backoff.
    const isHidden = stage.features.retry === 'source';
    const expected = stage.features.order ? 10 : 11;
    await stage.send(...sent);
    const first = await stage.start(handle, { retry: { backoff } });
    await stage.chronicle.until('the others', () => stage.chronicle.of('done').length === expected);
    await first.close();

    isPoison = false;
    if (isHidden) assert.equal(await stage.channel.unsettled(), 1);
    const second = await stage.start(handle, { retry: { backoff } });
    await stage.send({ id: 'last', key: 'b' });
    const rest = isHidden ? 12 : 13;
    await stage.chronicle.until('the rest', () => stage.chronicle.of('done').length === rest);
    await second.close();

    const done = stage.chronicle.ids('done');
    assert.equal(new Set(done).size, done.length);
    assert.equal(await stage.channel.unsettled(), isHidden ? 1 : 0);
  }),

  play(
    'knows in the next process how often a message has failed',
    async (stage) => {
      let failures = 0;
      const handle = (): void => {
        failures += 1;
        if (failures <= 2) throw new Error('out of stock');
      };
      const wish = { retry: { attempts: 5, backoff: exponential('1s', '2s') } };
      await stage.send({ id: 'a0', key: 'a' });
      const first = await stage.start(handle, wish);
      await stage.chronicle.until('two fail', () => stage.chronicle.of('failed').length === 2);
      await first.close();

      const second = await stage.start(handle, wish);
      await stage.chronicle.until('it is done', () => stage.chronicle.of('done').length === 1);
      await second.close();

      assert.deepEqual(stage.chronicle.attempts('a0'), [1, 2, 3]);
      assert.equal(await stage.channel.unsettled(), 0);
    },
    { needs: ({ failuresOutlive }) => failuresOutlive },
  ),

  play('tells what is at work at the deadline, leaves, and it comes again', async (stage) => {
    const gate = stage.gate();
    const first = await stage.start(
      async (item, { signal }) => {
        signal.addEventListener('abort', () => stage.chronicle.add({ what: 'aborted', ...item }));
        await gate.pass();
      },
      { shutdownTimeout: '300ms', visibility: '2s' },
    );
    await stage.send({ id: 'a0', key: 'a' });
    await stage.chronicle.until('it is at work', () => stage.chronicle.of('begun').length === 1);

    await first.close();
    const told = stage.chronicle.ids('aborted');
    const second = await stage.start(() => undefined, { visibility: '2s' });
    await stage.chronicle.until('it has run again', () => stage.chronicle.of('done').length === 1);
    gate.open();
    await second.close();

    assert.deepEqual(told, ['a0']);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('can be closed before anything has begun', async (stage) => {
    const app = await stage.start(() => undefined);
    await app.close();

    await stage.send({ id: 'a0', key: 'a' });
    const next = await stage.start(() => undefined);
    await stage.chronicle.until('it is done', () => stage.chronicle.of('done').length === 1);
    await next.close();

    assert.equal(stage.chronicle.of('begun').length, 1);
  }),
];
