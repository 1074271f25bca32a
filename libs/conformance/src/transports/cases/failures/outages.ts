import assert from 'node:assert/strict';
import { exponential, ThroughlineError } from '#base';
import { testCase, type TestCase } from '../../test-case.js';

const TIMES = 12;

export const outageCases: readonly TestCase[] = [
  testCase('counts no run that met an outage', async (fixture) => {
    let outages = 0;
    const app = await fixture.start(
      async ({ id }) => {
        if (id !== 'patient' || outages === TIMES) return;
        outages += 1;
        // A message that succeeds meanwhile ends the outage, so the test does not wait for the probe's backoff.
        await fixture.send({ id: `probe-${outages}`, key: `probe-${outages}` });
        throw new ThroughlineError('TL_SHOP_UNAVAILABLE', 'The shop does not respond.');
      },
      { retry: { attempts: 2, backoff: exponential('100ms', '200ms') }, deadLetter: true },
    );

    await fixture.send({ id: 'patient', key: 'patient' });
    await fixture.log.until(
      'it is done',
      () => fixture.log.of('done', 'patient').length === 1,
      80_000,
    );
    await fixture.log.until('the others', () => fixture.log.of('done').length === TIMES + 1);
    await app.close();

    assert.deepEqual(
      fixture.log.attempts('patient'),
      Array.from({ length: TIMES + 1 }, () => 1),
    );
    assert.deepEqual(await fixture.channel.deadLetters(0), []);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('starts nothing but a probe while something is unavailable', async (fixture) => {
    let isUnavailable = true;
    const app = await fixture.start(
      () => {
        if (isUnavailable)
          throw new ThroughlineError('TL_SHOP_UNAVAILABLE', 'The shop does not respond.');
      },
      { concurrency: 4, retry: { attempts: 2 }, deadLetter: true },
    );

    await fixture.send(...Array.from({ length: 20 }, (_, at) => ({ id: `n${at}`, key: `n${at}` })));
    await fixture.log.until('a probe', () => fixture.log.of('failed').length > 4);
    const begunWhileUnavailable = fixture.log.of('begun').length;
    isUnavailable = false;
    await fixture.log.until('all are done', () => fixture.log.of('done').length === 20);
    await app.close();

    assert(begunWhileUnavailable <= 4 + 2, `${begunWhileUnavailable} runs met the outage`);
    assert(fixture.log.of('begun').every(({ attempt }) => attempt === 1));
    assert.deepEqual(await fixture.channel.deadLetters(0), []);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),
];
