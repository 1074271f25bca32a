import type { Producer } from 'kafkajs';

import { errorOfCode } from './broker-codes.js';
import { brokerWord, isHopeless, toKafkaError } from './kafka-errors.js';
import { groupByTopic, type Answer, type Outgoing } from './outgoing.js';

/** Records that were answered, and how. */
export interface Answered {
  readonly records: readonly Outgoing[];
  /** The answer of the record at `index` among them. */
  readonly answerOf: (index: number) => Answer;
}

/** What one request made of the records: some are answered, the others are to be sent again in these portions, in order. */
export interface Produced {
  readonly answered: readonly Answered[];
  readonly again: readonly (readonly Outgoing[])[];
  /** The last reason for which something is sent again and time may help. */
  readonly trouble?: Error;
}

const tooLarge = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/** One request for all of the records, and an answer for each of their partitions. */
export async function produce(producer: Producer, records: readonly Outgoing[]): Promise<Produced> {
  const topicMessages = groupByTopic(records);
  const responses = await producer.sendBatch({ acks: -1, topicMessages });
  const answered: Answered[] = [];
  const again: (readonly Outgoing[])[] = [];
  let trouble: Error | undefined;
  for (const some of topicMessages.flatMap(byPartition)) {
    const response = responses.find(
      ({ topicName, partition }) => topicName === some.topic && partition === some.partition,
    );
    const error = response === undefined ? noAnswer(some) : errorOf(response.errorCode);
    if (error === undefined) {
      answered.push(written(some, Number(response?.baseOffset)));
    } else if (tooLarge.has(brokerWord(error) ?? '') && some.records.length > 1) {
      // The limit is for all records of a partition together: in halves, only the one that is too large fails.
      const half = Math.ceil(some.records.length / 2);
      again.push(some.records.slice(0, half), some.records.slice(half));
    } else if (error.retriable && !isHopeless(error)) {
      again.push(some.records);
      trouble = error;
    } else {
      answered.push(refused(some.records, toKafkaError(error, `Sending to ${some.topic}`)));
    }
  }
  return { answered, again, ...(trouble === undefined ? {} : { trouble }) };
}

/** All of them were refused for the same reason. */
export function refused(records: readonly Outgoing[], reason: Error): Answered {
  const answer: Answer = { status: 'rejected', reason };
  return { records, answerOf: () => answer };
}

interface OfPartition {
  readonly topic: string;
  readonly partition: number;
  readonly records: Outgoing[];
}

const written = ({ topic, partition, records }: OfPartition, base: number): Answered => ({
  records,
  answerOf: (index) => ({
    status: 'fulfilled',
    value: { topic, partition, offset: base + index },
  }),
});

function byPartition({
  topic,
  messages,
}: {
  readonly topic: string;
  readonly messages: readonly Outgoing[];
}): readonly OfPartition[] {
  const found = new Map<number, OfPartition>();
  for (const record of messages) {
    const partition = record.chosen ?? -1;
    const some = found.get(partition);
    if (some === undefined) found.set(partition, { topic, partition, records: [record] });
    else some.records.push(record);
  }
  return [...found.values()];
}

function errorOf(code: number): ReturnType<typeof errorOfCode> | undefined {
  return code === 0 ? undefined : errorOfCode(code);
}

/** kafkajs drops, without a word, what goes to a partition that the topic does not have. */
function noAnswer({ topic, partition }: OfPartition): ReturnType<typeof errorOfCode> {
  const error = new Error(`The topic ${topic} has no partition ${partition}`);
  return Object.assign(error, { type: 'UNKNOWN_TOPIC_OR_PARTITION', retriable: false });
}
