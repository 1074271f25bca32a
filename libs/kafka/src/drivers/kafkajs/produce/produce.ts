import type { CompressionTypes, Producer } from 'kafkajs';
import { ThroughlineError } from '#base';

import { brokerError } from '../../../errors/broker-errors.js';
import type { MissingTopics } from '../../outages/missing-topics.js';
import { errorOfCode } from '../internals/load.js';
import { toKafkaError } from '../kafka-errors.js';
import { groupByTopic, type Answer, type Outgoing } from './outgoing-record.js';

/** The records in a request whose results are known. */
export interface Answered {
  readonly records: readonly Outgoing[];
  /** Returns the result of the record at `index`. */
  readonly answerOf: (index: number) => Answer;
}

/** The result of one request. Some records have a result. The others have to be sent again, in these portions and in this order. */
export interface Produced {
  readonly answered: readonly Answered[];
  readonly again: readonly (readonly Outgoing[])[];
  /** The last error that caused records to be sent again. Waiting may resolve it. */
  readonly trouble?: Error;
}

export interface ProduceParts {
  readonly producer: Producer;
  readonly compression: CompressionTypes;
  readonly missing: MissingTopics;
}

/**
 * The number of attempts to send to an unknown topic or partition. Some brokers may not know it for a moment after it was created.
 */
const unknownAttempts = 4;

/** Sends all records in one request, and evaluates the response for each of their partitions. */
export async function produce(
  { producer, compression, missing }: ProduceParts,
  records: readonly Outgoing[],
  attempt: number,
): Promise<Produced> {
  const topicMessages = groupByTopic(records);
  const responses = await producer.sendBatch({ acks: -1, compression, topicMessages });
  const produced = topicMessages.flatMap(byPartition).map((some): Produced => {
    const response = responses.find(
      ({ topicName, partition }) => topicName === some.topic && partition === some.partition,
    );
    if (response === undefined) return notThere(some, attempt);
    if (response.errorCode !== 0) return notTaken(some, response.errorCode, attempt, missing);
    missing.found(some.topic);
    return { answered: [written(some, Number(response.baseOffset))], again: [] };
  });
  const trouble = produced.findLast((one) => one.trouble !== undefined)?.trouble;
  return {
    answered: produced.flatMap(({ answered }) => answered),
    again: produced.flatMap(({ again }) => again),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

/** Decides what to do with records for which the broker returned an error. */
export function notTaken(
  { topic, records }: Pick<OfPartition, 'topic' | 'records'>,
  code: number,
  attempt: number,
  missing: MissingTopics,
): Produced {
  const { name, errorClass } = brokerError(code);
  const error = errorOfCode(code);
  const isMissing = name === 'UNKNOWN_TOPIC_OR_PARTITION';
  const classOfMissing = isMissing ? missing.missing(topic) : undefined;
  // The broker refuses all records of the partition because of some of them. If they are sent in halves, only those fail.
  if (errorClass === 'refused' && records.length > 1)
    return { answered: [], again: halves(records) };
  const mayAppear = !isMissing || (classOfMissing === 'unavailable' && attempt < unknownAttempts);
  if (errorClass === 'unavailable' && mayAppear) {
    return { answered: [], again: [records], trouble: error };
  }
  const reason = toKafkaError(error, `Sending to ${topic}`, classOfMissing);
  return { answered: [refused(records, reason)], again: [] };
}

/** Rejects all records in a request for the same reason. */
export function refused(records: readonly Outgoing[], reason: Error): Answered {
  const answer: Answer = { status: 'rejected', reason };
  return { records, answerOf: () => answer };
}

export function halves(records: readonly Outgoing[]): readonly (readonly Outgoing[])[] {
  const half = Math.ceil(records.length / 2);
  return [records.slice(0, half), records.slice(half)];
}

interface OfPartition {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly Outgoing[];
}

const written = ({ topic, partition, records }: OfPartition, base: number): Answered => ({
  records,
  answerOf: (index) => ({
    status: 'fulfilled',
    value: { topic, partition, offset: base + index },
  }),
});

/**
 * Decides what to do with records whose partition is unknown. kafkajs silently drops records for a partition that it does not know,
 * although the partition may be new.
 */
function notThere({ topic, partition, records }: OfPartition, attempt: number): Produced {
  const reason = new ThroughlineError(
    'TL_KAFKA_TOPIC_MISSING',
    `Sending to ${topic} failed: the topic has no partition ${partition}.`,
    { errorClass: 'refused' },
  );
  return attempt < unknownAttempts
    ? { answered: [], again: [records], trouble: reason }
    : { answered: [refused(records, reason)], again: [] };
}

function byPartition({
  topic,
  messages,
}: {
  readonly topic: string;
  readonly messages: readonly Outgoing[];
}): readonly OfPartition[] {
  const found = Map.groupBy(messages, ({ chosen }) => chosen ?? -1);
  return Array.from(found, ([partition, records]) => ({ topic, partition, records }));
}
