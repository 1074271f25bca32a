import { randomUUID } from 'node:crypto';
import type { Kafka, Producer, ProducerRecord, Transaction } from 'kafkajs';
import type { Job } from '../../worker/job.js';

/** The requests that send jobs, each for one partition. See `KafkaTestChannel.send`. */
type RecordsOf = (jobs: readonly Job[]) => readonly ProducerRecord[];

/** Writes jobs in transactions, one at a time, through kafkajs only. */
export class TransactionalProducer {
  readonly #producer: Producer;
  readonly #recordsOf: RecordsOf;
  #transaction: Transaction | undefined;

  private constructor(producer: Producer, recordsOf: RecordsOf) {
    this.#producer = producer;
    this.#recordsOf = recordsOf;
  }

  static async open(kafka: Kafka, recordsOf: RecordsOf): Promise<TransactionalProducer> {
    const producer = kafka.producer({
      transactionalId: randomUUID(),
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    return new TransactionalProducer(producer, recordsOf);
  }

  /** Writes jobs in the current transaction, which it begins if there is none. */
  async send(jobs: readonly Job[]): Promise<void> {
    const transaction = (this.#transaction ??= await this.#producer.transaction());
    for (const record of this.#recordsOf(jobs)) await transaction.send(record);
  }

  /** Ends the current transaction, if there is one. */
  async end(how: 'commit' | 'abort'): Promise<void> {
    await this.#transaction?.[how]();
    this.#transaction = undefined;
  }

  async close(): Promise<void> {
    await this.#producer.disconnect();
  }
}
