import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { brokerWords, type BrokerWord } from '../support/source/broker-words.js';

const root = join(import.meta.dirname, '../..');

/** The rooms that know no broker: a transport tells them what they show of it. */
const ROOMS = ['core', 'transport', 'elastic', 'opentelemetry'] as const;

interface Reviewed {
  readonly room: (typeof ROOMS)[number];
  readonly text: RegExp;
  /** Why it may stay. */
  readonly why: string;
}

/** Words that are of no broker, although they look like it. Add one only with its reason. */
const REVIEWED: readonly Reviewed[] = [
  {
    room: 'elastic',
    text: /^maxQueueSize(Of)?$/,
    why: 'the agent’s option for its own buffer of events',
  },
  {
    room: 'elastic',
    text: / queue \(maxQueueSize: $|^Set maxQueueSize/,
    why: 'the warning about a full buffer names that option',
  },
  {
    room: 'elastic',
    text: /^ignoreMessageQueuesRegExp$/,
    why: 'the agent’s option for destinations that are not traced, on any broker',
  },
  {
    room: 'elastic',
    text: /^queue$/,
    why: 'the field of Elastic’s intake for the destination of a message: context.message.queue',
  },
  {
    room: 'opentelemetry',
    text: /^_maxQueueSize$/,
    why: 'the SDK’s own buffer of spans',
  },
  {
    room: 'opentelemetry',
    text: /is dropping spans: its queue$|OTEL_BSP_MAX_QUEUE_SIZE/,
    why: 'the warning about a full buffer names the SDK’s setting',
  },
];

const isReviewed = (room: string, { text }: BrokerWord): boolean =>
  REVIEWED.some((one) => one.room === room && one.text.test(text));

describe.each(ROOMS)('the code of libs/%s', (room) => {
  it('names no broker, and nothing that only some brokers have', () => {
    const words = brokerWords(root, room).filter((word) => !isReviewed(room, word));

    expect(words).toEqual([]);
  });
});

describe('the list of reviewed words', () => {
  it.each(REVIEWED)('still needs $text in libs/$room', ({ room, text }) => {
    expect(brokerWords(root, room).some((word) => text.test(word.text))).toBe(true);
  });
});

describe('the check for words of brokers', () => {
  it('finds them in names, texts and templates of a transport', () => {
    const texts = brokerWords(root, 'sqs').map(({ text }) => text);

    expect(texts).toEqual(expect.arrayContaining(['SQS_SYSTEM', 'sqs() from throughline/sqs']));
  });
});
