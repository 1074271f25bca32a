import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EndDetection } from './end-detection.js';

const VISIBILITY = 30_000;
const polls = (endDetection: EndDetection, count: number, received: number): void => {
  for (let poll = 0; poll < count; poll += 1) endDetection.polled({ received, unseen: 0 });
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
    ['with newer dead letters', 4, 10],
    ['full of newer dead letters', 10, 30],
  ])('is reached after polls %s (%d dead letters): %d of them', (_, received, count) => {
    const endDetection = new EndDetection(VISIBILITY);

    polls(endDetection, count - 1, received);
    expect(endDetection.isReached()).toBe(false);
    polls(endDetection, 1, received);

    expect(endDetection.isReached()).toBe(true);
  });

  it('starts over after a dead letter that had not been seen', () => {
    const endDetection = new EndDetection(VISIBILITY);
    polls(endDetection, 2, 0);

    endDetection.polled({ received: 1, unseen: 1 });
    polls(endDetection, 2, 0);

    expect(endDetection.isReached()).toBe(false);
  });

  it('waits for messages that others have hidden, until their visibility timeout ends', () => {
    const endDetection = new EndDetection(VISIBILITY);
    endDetection.waitForHidden();
    polls(endDetection, 3, 0);

    jest.advanceTimersByTime(VISIBILITY);
    expect(endDetection.isReached()).toBe(false);
    jest.advanceTimersByTime(2_000);

    expect(endDetection.isReached()).toBe(true);
  });
});
