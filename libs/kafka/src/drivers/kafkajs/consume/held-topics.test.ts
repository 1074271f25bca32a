import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ThroughlineError } from '#base';
import { HeldTopics } from './held-topics.js';

const blocked = new ThroughlineError('TL_KAFKA_CODEC_MISSING', 'No codec.', {
  errorClass: 'blocked',
});

describe('HeldTopics', () => {
  const events: string[] = [];
  let topics: HeldTopics;
  beforeEach(() => {
    jest.useFakeTimers();
    events.length = 0;
    topics = new HeldTopics({
      pauseTopic: (topic) => events.push(`pause ${topic}`),
      resumeTopic: (topic) => events.push(`resume ${topic}`),
      topicFailed: (topic) => events.push(`failed ${topic}`),
      topicRecovered: (topic) => events.push(`recovered ${topic}`),
    });
  });
  afterEach(() => {
    topics.end();
    jest.useRealTimers();
  });

  it('pauses a topic, tries it again, and reports that it has recovered', () => {
    topics.hold('orders', blocked);
    expect(topics.has('orders')).toBe(true);
    jest.advanceTimersByTime(2_000);
    expect(topics.has('orders')).toBe(false);
    jest.advanceTimersByTime(1_500);

    expect(events).toEqual(['pause orders', 'failed orders', 'resume orders', 'recovered orders']);
  });

  it('reports a lasting failure once, and tries the topic less and less often', () => {
    topics.hold('orders', blocked);
    jest.advanceTimersByTime(2_000);
    topics.hold('orders', blocked);
    jest.advanceTimersByTime(3_999);
    expect(topics.has('orders')).toBe(true);
    jest.advanceTimersByTime(1);

    expect(topics.has('orders')).toBe(false);
    expect(events.filter((event) => event.startsWith('failed'))).toHaveLength(1);
  });

  it('reports no recovery of a topic that the member no longer subscribes to', () => {
    topics.hold('orders', blocked);

    topics.keepOnly(['payments']);
    jest.advanceTimersByTime(60_000);

    expect(events).toEqual(['pause orders', 'failed orders']);
    expect(topics.has('orders')).toBe(false);
  });

  it('holds one topic only', () => {
    topics.hold('orders', blocked);

    expect(topics.has('payments')).toBe(false);
  });
});
