import type { ThroughlineError } from '#base';

import type { Compression } from '../../../driver.js';
import type { MissingTopics } from '../../outages/missing-topics.js';
import type { Cluster } from '../cluster/cluster.js';
import { BrokerAnswer, brokerAnswer, toKafkaError } from '../errors.js';
import { loadClient } from '../load.js';
import { compressorOf } from './compressor.js';
import type { Identities } from './identity.js';
import type { PartitionQueue, Portion, WrittenBatch } from './partition-queue.js';
import { produceApi } from './produce-request.js';
import type { TopicDirectory } from './topic-directory.js';
import { writeBatch } from './write-batch.js';

const UNKNOWN_TOPIC_OR_PARTITION = 3;
/**
 * The errors after which the producer needs a new identity: the broker rejects the sequence number, or no longer knows the producer.
 */
const LOST_IDENTITY = new Set([45, 46, 47, 49, 59]);
/** How many batches of about 1 MB are sent in one request. Brokers accept 100 MB by default (`socket.request.max.bytes`). */
const mostBatches = 30;
/**
 * The number of attempts to send to an unknown topic or partition. Some brokers may not know it for a moment after it was created.
 */
export const unknownAttempts = 4;

export interface SenderParts {
  readonly cluster: Cluster;
  readonly topics: TopicDirectory;
  readonly identities: Identities;
  readonly missing: MissingTopics;
  readonly compression: Compression;
  readonly requestTimeout: number;
}

interface Sending {
  readonly queue: PartitionQueue;
  readonly portion: Portion;
  readonly batch: WrittenBatch;
}

/** Sends the batches at the heads of the partitions' queues, in one request per leader, and evaluates the responses. */
export class Sender {
  readonly #active = new Set<PartitionQueue>();
  #isScheduled = false;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(private readonly parts: SenderParts) {}

  /** Sends the records in a queue. All queues that are added in the same turn of the event loop share their requests. */
  add(queue: PartitionQueue): void {
    this.#active.add(queue);
    this.#schedule();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isClosed) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    if (this.#isClosed) return;
    const now = performance.now();
    const byLeader = new Map<number, PartitionQueue[]>();
    let next = Infinity;
    for (const queue of this.#active) {
      if (queue.isBusy) continue;
      if (queue.head === undefined) {
        this.#active.delete(queue);
        continue;
      }
      if (queue.notBefore > now) {
        next = Math.min(next, queue.notBefore);
        continue;
      }
      const leader = this.#leaderOf(queue);
      if (leader === undefined) {
        this.#refused(queue, queue.head, new BrokerAnswer(UNKNOWN_TOPIC_OR_PARTITION));
        this.#schedule();
        continue;
      }
      const queues = byLeader.get(leader);
      if (queues === undefined) byLeader.set(leader, [queue]);
      else queues.push(queue);
    }
    clearTimeout(this.#timer);
    if (next < Infinity) this.#timer = setTimeout(() => this.#dispatch(), Math.ceil(next - now));
    for (const [leader, queues] of byLeader) {
      for (const queue of queues) queue.isBusy = true;
      for (let at = 0; at < queues.length; at += mostBatches) {
        void this.#send(leader, queues.slice(at, at + mostBatches));
      }
    }
  }

  /** Returns the id of a partition's leader: -1 if there is none now, and `undefined` if the partition does not exist. */
  #leaderOf({ topic, partition }: PartitionQueue): number | undefined {
    const known = this.parts.topics.known(topic);
    if (known === undefined) return -1;
    const isMissing = known.error === 0 || known.error === UNKNOWN_TOPIC_OR_PARTITION;
    return known.partitions[partition]?.leader ?? (isMissing ? undefined : -1);
  }

  async #send(leader: number, queues: readonly PartitionQueue[]): Promise<void> {
    try {
      const node = this.parts.cluster.node(leader);
      if (node === undefined) throw new BrokerAnswer(LEADER_NOT_AVAILABLE);
      const sent = await this.#write(queues);
      const api = await produceApi();
      const byTopic = Map.groupBy(sent, ({ queue }) => queue.topic);
      const answer = await this.parts.cluster.request(
        node,
        'produce',
        () => ({ api }),
        this.parts.requestTimeout,
        [...byTopic].map(([name, some]) => ({
          name,
          partitions: some.map(({ queue, batch }) => ({
            index: queue.partition,
            bytes: batch.bytes,
          })),
        })),
      );
      const results = new Map(
        answer.responses.flatMap(({ name, partitionResponses }) =>
          partitionResponses.map((one): [string, typeof one] => [`${name}/${one.index}`, one]),
        ),
      );
      for (const sending of sent) {
        const {
          errorCode = UNKNOWN_SERVER_ERROR,
          baseOffset = -1n,
          errorMessage,
        } = results.get(sending.queue.key) ?? {};
        if (errorCode === 0) this.#written(sending, Number(baseOffset));
        else
          this.#refused(sending.queue, sending.portion, new BrokerAnswer(errorCode, errorMessage));
      }
    } catch (error) {
      for (const queue of queues) this.#failed(queue, error);
    }
    for (const queue of queues) queue.isBusy = false;
    this.#schedule();
  }

  /** Encodes the batches that are not yet encoded. */
  async #write(queues: readonly PartitionQueue[]): Promise<readonly Sending[]> {
    const identity = await this.parts.identities.current();
    const client = await loadClient();
    const compressor = compressorOf(client, this.parts.compression);
    const sending: Sending[] = [];
    for (const queue of queues) {
      const portion = queue.head;
      if (portion === undefined) continue;
      const sequence = identity.sequence(queue.key);
      portion.batch ??= {
        identity,
        sequence,
        bytes: await writeBatch(
          portion.records.map(({ record }) => record),
          portion.records.reduce((sum, { size }) => sum + size, 0),
          {
            timestamp: Date.now(),
            producerId: identity.producerId,
            producerEpoch: identity.epoch,
            sequence,
          },
          client.crc32c,
          compressor,
        ),
      };
      sending.push({ queue, portion, batch: portion.batch });
    }
    return sending;
  }

  #written({ queue, portion, batch }: Sending, base: number): void {
    const { topic, partition } = queue;
    this.parts.missing.found(topic);
    batch.identity.written(queue.key, batch.sequence, portion.records.length);
    portion.records.forEach((record, index) => {
      record.written({ topic, partition, offset: base + index });
    });
    queue.done();
  }

  /** Called if there was no response to the request. The batch may have been written. */
  #failed(queue: PartitionQueue, error: unknown): void {
    const portion = queue.head;
    if (portion === undefined) return;
    const answer = brokerAnswer(error);
    if (answer !== undefined && answer.errorClass !== 'unavailable') {
      this.#reject(queue, portion, toKafkaError(error, `Sending to ${queue.topic}`));
    } else this.#again(queue, portion);
  }

  #refused(queue: PartitionQueue, portion: Portion, error: BrokerAnswer): void {
    const { topic } = queue;
    const { code, errorClass } = error.answer;
    if (LOST_IDENTITY.has(code)) {
      this.parts.identities.renew();
      portion.batch = undefined;
      this.#again(queue, portion);
      return;
    }
    if (errorClass === 'refused' && portion.records.length > 1) {
      queue.halve(portion);
      return;
    }
    const isMissing = code === UNKNOWN_TOPIC_OR_PARTITION;
    const classOfMissing = isMissing ? this.parts.missing.missing(topic) : undefined;
    const mayAppear = portion.attempt < unknownAttempts && classOfMissing === 'unavailable';
    if (errorClass === 'unavailable' && (!isMissing || mayAppear)) {
      this.#again(queue, portion);
      return;
    }
    this.#reject(queue, portion, toKafkaError(error, `Sending to ${topic}`, classOfMissing));
  }

  /** Sends the same batch again, unless all of its records were given up in the meantime. */
  #again(queue: PartitionQueue, portion: Portion): void {
    if (portion.records.every(({ isSettled }) => isSettled)) {
      // It is unknown whether the batch was written, so its sequence numbers cannot be used again.
      if (portion.batch !== undefined) this.parts.identities.renew();
      queue.done();
      return;
    }
    queue.backOff(portion);
    this.parts.topics.refresh(queue.topic).catch(() => undefined);
  }

  #reject(queue: PartitionQueue, portion: Portion, reason: ThroughlineError): void {
    for (const record of portion.records) record.failed(reason);
    queue.done();
  }
}

const UNKNOWN_SERVER_ERROR = -1;
const LEADER_NOT_AVAILABLE = 5;
