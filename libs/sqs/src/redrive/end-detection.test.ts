import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Ending } from './end-detection.js';

const VISIBILITY = 30_000;
const polls = (ending: Ending, count: number, received: number): void => {
  for (let poll = 0; poll < count; poll += 1) ending.saw({ received, unseen: 0 });
};

describe('Ending', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ['empty', 0, 3],
    ['with letters that came meanwhile', 4, 10],
    ['full of such', 10, 30],
  ])('is reached after so many polls %s (%d letters): %d', (_, received, count) => {
    const ending = new Ending(VISIBILITY);

    polls(ending, count - 1, received);
    expect(ending.isReached()).toBe(false);
    polls(ending, 1, received);

    expect(ending.isReached()).toBe(true);
  });

  it('is farther away again after a letter that had not been seen', () => {
    const ending = new Ending(VISIBILITY);
    polls(ending, 2, 0);

    ending.saw({ received: 1, unseen: 1 });
    polls(ending, 2, 0);

    expect(ending.isReached()).toBe(false);
  });

  it('waits for what others have hidden, and for no longer than they can hide it', () => {
    const ending = new Ending(VISIBILITY);
    ending.waitForHidden();
    polls(ending, 3, 0);

    jest.advanceTimersByTime(VISIBILITY);
    expect(ending.isReached()).toBe(false);
    jest.advanceTimersByTime(2_000);

    expect(ending.isReached()).toBe(true);
  });
});
