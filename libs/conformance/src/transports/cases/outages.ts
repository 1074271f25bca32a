import assert from 'node:assert/strict';
import { exponential, ThroughlineError } from '#base';
import { play, type Play } from '../play.js';

const TIMES = 12;

export const outagePlays: readonly Play[] = [
  play('counts no run that met an outage', async (stage) => {
    let outages = 0;
    const app = await stage.start(
      async ({ id }) => {
        if (id !== 'patient' || outages === TIMES) return;
        outages += 1;
        // What comes meanwhile shows that the outage is over, so that nothing has to wait for long.
        await stage.send({ id: `probe-${outages}`, key: `probe-${outages}` });
        throw new ThroughlineError('TL_SHOP_UNAVAILABLE', 'The shop does not answer.');
      },
      { retry: { attempts: 2, backoff: exponential('100ms', '200ms') }, deadLetter: true },
    );

    await stage.send({ id: 'patient', key: 'patient' });
    await stage.chronicle.until(
      'it is done',
      () => stage.chronicle.of('done', 'patient').length === 1,
      80_000,
    );
    await stage.chronicle.until(
      'the others',
      () => stage.chronicle.of('done').length === TIMES + 1,
    );
    await app.close();

    assert.deepEqual(
      stage.chronicle.attempts('patient'),
      Array.from({ length: TIMES + 1 }, () => 1),
    );
    assert.deepEqual(await stage.channel.deadLetters(0), []);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('starts nothing but a probe while something is away', async (stage) => {
    let isAway = true;
    const app = await stage.start(
      () => {
        if (isAway) throw new ThroughlineError('TL_SHOP_UNAVAILABLE', 'The shop does not answer.');
      },
      { concurrency: 4, retry: { attempts: 2 }, deadLetter: true },
    );

    await stage.send(...Array.from({ length: 20 }, (_, at) => ({ id: `n${at}`, key: `n${at}` })));
    await stage.chronicle.until('a probe', () => stage.chronicle.of('failed').length > 4);
    const begunWhileAway = stage.chronicle.of('begun').length;
    isAway = false;
    await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length === 20);
    await app.close();

    assert(begunWhileAway <= 4 + 2, `${begunWhileAway} runs met the outage`);
    assert(stage.chronicle.of('begun').every(({ attempt }) => attempt === 1));
    assert.deepEqual(await stage.channel.deadLetters(0), []);
    assert.equal(await stage.channel.unsettled(), 0);
  }),
];
