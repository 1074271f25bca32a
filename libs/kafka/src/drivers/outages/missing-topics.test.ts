import { describe, expect, it } from '@jest/globals';
import { MissingTopics } from './missing-topics.js';

describe('a topic that is missing', () => {
  it('is unavailable, and blocked once it has been missing for 30 s', () => {
    let now = 1_000;
    const topics = new MissingTopics(() => now);

    const first = topics.missing('orders');
    now += 29_999;
    const still = topics.missing('orders');
    now += 1;
    const longer = topics.missing('orders');

    expect([first, still, longer]).toEqual(['unavailable', 'unavailable', 'blocked']);
    expect(topics.missing('others')).toBe('unavailable');
  });

  it('is unavailable again once it has existed', () => {
    let now = 0;
    const topics = new MissingTopics(() => now);
    topics.missing('orders');
    topics.found('orders');
    now += 60_000;

    expect(topics.missing('orders')).toBe('unavailable');
  });
});
