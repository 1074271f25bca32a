import { describe, expect, it } from '@jest/globals';
import { plainJavaScript } from '../../plain-javascript.fixture.js';
import { eachInLanes } from './each.js';

const LANES = [['a1', 'a2', 'a3'], ['b1', 'b2'], ['c1']];

describe('The lanes of a batch', () => {
  it('are run whole, each in its order', async () => {
    const seen: string[] = [];

    await eachInLanes(LANES, 2, async (one) => {
      await Promise.resolve();
      seen.push(one);
      return true;
    });

    expect(seen.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'c1']);
    expect(seen.filter((one) => one.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
  });

  it('are over before anybody waits, where nothing of them has to be waited for', () => {
    const seen: string[] = [];

    void eachInLanes(LANES, 1, (one) => {
      seen.push(one);
      return true;
    });

    expect(seen).toEqual(LANES.flat());
  });

  it('run so many at once, and no more', async () => {
    let inProgress = 0;
    let most = 0;

    await eachInLanes(LANES, 2, async () => {
      most = Math.max(most, (inProgress += 1));
      await Promise.resolve();
      inProgress -= 1;
      return true;
    });

    expect(most).toBe(2);
  });

  it('run one by one where less than one at once is asked for', async () => {
    const seen: string[] = [];

    await eachInLanes(LANES, 0, (one) => {
      seen.push(one);
      return true;
    });

    expect(seen).toEqual(LANES.flat());
  });

  it('all run at once where there is no limit', async () => {
    const seen: string[] = [];

    await eachInLanes(LANES, Infinity, (one) => {
      seen.push(one);
      return true;
    });

    expect(seen.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'c1']);
  });

  it.each([
    ['NaN', NaN],
    ['a text', plainJavaScript<number>('5')],
  ])('are not taken for done where as many as %s are to run at once', async (_, concurrency) => {
    const running = eachInLanes(LANES, concurrency, () => true);

    await expect(running).rejects.toMatchObject({ code: 'TL_OPTION_INVALID' });
  });

  it.each([
    ['at once', (mayGoOn: boolean) => mayGoOn],
    ['later', (mayGoOn: boolean) => Promise.resolve(mayGoOn)],
  ])('end with the message that stops them, said %s, and the others go on', async (_, say) => {
    const seen: string[] = [];

    await eachInLanes(LANES, 10, (one) => {
      seen.push(one);
      return say(one !== 'a2');
    });

    expect(seen.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
  });
});
