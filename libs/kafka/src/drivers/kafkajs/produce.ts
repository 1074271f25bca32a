import type { Producer } from 'kafkajs';

import { errorOfCode } from './broker-codes.js';
import { brokerWord, isHopeless, toKafkaError } from './kafka-errors.js';
import { groupByTopic, type Answer, type Outgoing } from './outgoing.js';
import type { StickyPartitioner } from './sticky-partitioner.js';

/** What one request made of the records: some are answered, the others are to be sent again in these portions, in order. */
export interface Produced {
  readonly answers: ReadonlyMap<Outgoing, Answer>;
  readonly again: readonly (readonly Outgoing[])[];
  /** The last reason for which something is sent again and time may help. */
  readonly trouble?: Error;
}

const tooLarge = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/** One request for all of the records, and an answer for each of their partitions. */
export async function produce(
  producer: Producer,
  partitioner: StickyPartitioner,
  records: readonly Outgoing[],
): Promise<Produced> {
  const responses = await producer.sendBatch({
    acks: -1,
    topicMessages: [...groupByTopic(records)],
  });
  const answers = new Map<Outgoing, Answer>();
  const again: Outgoing[][] = [];
  let trouble: Error | undefined;
  for (const some of byPartition(records, partitioner)) {
    const response = responses.find(
      ({ topicName, partition }) => topicName === some.topic && partition === some.partition,
    );
    const error = response === undefined ? noAnswer(some) : errorOf(response.errorCode);
    if (error === undefined) {
      const base = Number(response?.baseOffset);
      some.records.forEach((record, index) => {
        const value = { topic: some.topic, partition: some.partition, offset: base + index };
        answers.set(record, { status: 'fulfilled', value });
      });
    } else if (tooLarge.has(brokerWord(error) ?? '') && some.records.length > 1) {
      // The limit is for all records of a partition together: in halves, only the one that is too large fails.
      const half = Math.ceil(some.records.length / 2);
      again.push(some.records.slice(0, half), some.records.slice(half));
    } else if (error.retriable && !isHopeless(error)) {
      again.push([...some.records]);
      trouble = error;
    } else {
      const reason = toKafkaError(error, `Sending to ${some.topic}`);
      for (const record of some.records) answers.set(record, { status: 'rejected', reason });
    }
  }
  return { answers, again, ...(trouble === undefined ? {} : { trouble }) };
}

interface OfPartition {
  readonly topic: string;
  readonly partition: number;
  readonly records: Outgoing[];
}

function byPartition(
  records: readonly Outgoing[],
  partitioner: StickyPartitioner,
): readonly OfPartition[] {
  const found = new Map<string, OfPartition>();
  for (const record of records) {
    const partition = partitioner.partitionOf(record.message) ?? -1;
    const key = `${record.topic}/${partition}`;
    const some = found.get(key);
    if (some === undefined) found.set(key, { topic: record.topic, partition, records: [record] });
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
