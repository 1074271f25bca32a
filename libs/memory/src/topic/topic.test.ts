import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../manual-clock.fixture.js';
import type { StoredMessage } from '../message.js';
import { MemoryTopic } from './topic.js';

const message = (key: string | null): StoredMessage => ({
  body: null,
  key: key === null ? null : Buffer.from(key),
  headers: {},
});

const aTopic = (partitions = 3, clock = new ManualClock()): MemoryTopic =>
  new MemoryTopic('orders', clock, partitions);

describe('a topic', () => {
  it('puts keys where Java’s client puts them', () => {
    const topic = aTopic(10);
    // murmur2 of these is what org.apache.kafka.common.utils.UtilsTest says.
    const hashes = { '21': -973932308, foobar: -790332482, 'a-little-bit-long-string': -985981536 };

    for (const [key, hash] of Object.entries(hashes))
      expect(topic.append(message(key)).partition).toBe((hash & 0x7fffffff) % 10);
  });

  it('spreads what has no key, and writes to the partition that is asked for', () => {
    const topic = aTopic();
    const partitions = [1, 2, 3].map(() => topic.append(message(null)).partition);

    expect(partitions.toSorted()).toEqual([0, 1, 2]);
    expect(topic.append(message('a'), 2)).toEqual({ partition: 2, offset: 1 });
    expect(() => topic.append(message('a'), 3)).toThrow(
      expect.objectContaining({ code: 'TL_KAFKA_TOPIC_MISSING', errorClass: 'refused' }),
    );
  });

  it('finds offsets by place, time and number, and refuses those that it does not have', () => {
    const clock = new ManualClock();
    const topic = aTopic(1, clock);
    topic.append(message('a'));
    clock.advance(1_000);
    topic.append(message('a'));
    const at = (target: Parameters<MemoryTopic['offsetsAt']>[0]): number | undefined =>
      topic.offsetsAt(target).get(0);

    expect([at('earliest'), at('latest')]).toEqual([0, 2]);
    expect(at(new Date(clock.now()))).toBe(1);
    expect(at(new Date(clock.now() + 1))).toBe(2);
    expect(at({ partition: 0, offset: 1 })).toBe(1);
    const invalid = expect.objectContaining({ code: 'TL_KAFKA_OFFSET_INVALID' });
    expect(() => at({ partition: 1, offset: 0 })).toThrow(invalid);
    expect(() => at({ partition: 0, offset: 3 })).toThrow(invalid);
    expect(() => at(new Date(NaN))).toThrow(invalid);
  });
});
