import type { CompressionTypes, Producer } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';

import { isBlocked, settledWithin, within } from '#base';
import type { KafkaProducer, OutgoingRecord, ProducerOptions } from '../../../driver.js';
import type { BrokerError } from '../../../errors/broker-errors.js';
import { openClient, type Client } from '../client.js';
import { MissingTopics } from '../../outages/missing-topics.js';
import { asError, brokerAnswer, closed, toKafkaError, unavailable } from '../kafka-errors.js';
import { codecNumber } from '../internals/codecs.js';
import { forgetTopics } from '../internals/internals.js';
import { loadKafkaJs } from '../internals/load.js';
import { logOutage } from '../../outages/log-outage.js';
import type { KafkaJsSettings } from '../options.js';
import { Outage } from '../../outages/outage.js';
import { Outgoing, type Answer } from './outgoing-record.js';
import { halves, notTaken, produce, refused, type Answered, type Produced } from './produce.js';
import { stickyPartitioner } from './sticky-partitioner.js';

const firstRetry = 50;
const longestRetry = 1_000;
/**
 * The number of attempts to send a single record that causes an exception in kafkajs. If several records cause an exception, they
 * are sent again in halves.
 */
const attemptsAlone = 4;

/**
 * A producer that sends through kafkajs. It does not use kafkajs's idempotent producer, which loses messages if one partition of a
 * request fails.
 */
export class KafkaJsProducer implements KafkaProducer {
  readonly #outage: Outage;
  readonly #client: Client;
  readonly #producer: Producer;
  readonly #compression: CompressionTypes;
  readonly #missing = new MissingTopics();
  readonly #sending = new Set<Promise<unknown>>();
  #connected: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #isKilled = false;

  constructor(
    private readonly settings: KafkaJsSettings,
    { compression = 'none' }: ProducerOptions,
    private readonly onClosed: () => void,
  ) {
    const { Partitioners } = loadKafkaJs();
    this.#outage = new Outage(logOutage('Producer', settings.brokers));
    this.#client = openClient(settings, {
      reached: () => {
        this.#outage.reached();
      },
      failed: (error) => {
        this.#outage.failed(error);
      },
    });
    this.#compression = codecNumber(compression);
    this.#producer = this.#client.kafka.producer({
      createPartitioner: stickyPartitioner(Partitioners.DefaultPartitioner),
      allowAutoTopicCreation: false,
      idempotent: false,
      metadataMaxAge: settings.metadataMaxAge,
      // Retried here, for each partition separately. kafkajs would send all records again.
      retry: { retries: 0 },
    });
  }

  async send(records: readonly OutgoingRecord[]): Promise<readonly Answer[]> {
    if (this.#closed !== undefined) throw closed('producer');
    const answers: Answer[] = [];
    const deadline = Date.now() + this.settings.sendTimeout;
    const outgoing = records.flatMap((record, index) => {
      try {
        return [new Outgoing(record, index, deadline)];
      } catch (reason) {
        answers[index] = { status: 'rejected', reason };
        return [];
      }
    });
    const sending = this.#sendAll(outgoing, deadline, ({ records: some, answerOf }) => {
      some.forEach(({ index }, at) => {
        answers[index] ??= answerOf(at);
      });
    });
    this.#sending.add(sending);
    await sending.finally(() => this.#sending.delete(sending));
    return answers;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await settledWithin(3_000, Promise.allSettled(this.#sending));
    this.#outage.end();
    await settledWithin(1_000, this.#producer.disconnect());
    this.#isKilled = true;
    this.#client.kill();
    this.onClosed();
  }

  /** Sends portions of records one after the other, so that the records of a partition keep their order. */
  async #sendAll(
    records: readonly Outgoing[],
    deadline: number,
    settle: (answered: Answered) => void,
  ): Promise<void> {
    let portions: readonly (readonly Outgoing[])[] = records.length === 0 ? [] : [records];
    for (let attempt = 1; portions.length > 0;) {
      const [portion = [], ...rest] = portions;
      const result = await this.#try(portion, deadline, attempt);
      result.answered.forEach(settle);
      portions = [...result.again, ...rest];
      attempt = result.trouble === undefined ? 1 : attempt + 1;
      if (result.trouble !== undefined) await this.#recover(attempt, deadline);
    }
  }

  async #try(portion: readonly Outgoing[], deadline: number, attempt: number): Promise<Produced> {
    const left = deadline - Date.now();
    const late = (): Error => unavailable('Sending', this.#outage.reason);
    try {
      if (left <= 0) throw late();
      const parts = {
        producer: this.#producer,
        compression: this.#compression,
        missing: this.#missing,
      };
      const work = this.#connect().then(() => produce(parts, portion, attempt));
      return await within(left, work, late);
    } catch (error) {
      if (Date.now() < deadline && !this.#isKilled) {
        const next = this.#afterFailure(portion, error, attempt);
        if (next !== undefined) return next;
      }
      const reason = toKafkaError(error, `Sending to ${topicsOf(portion).join(', ')}`);
      return { answered: [refused(portion, reason)], again: [] };
    }
  }

  /**
   * Decides what to do with a portion of records whose whole request failed. Returns `undefined` if the portion must not be sent
   * again.
   */
  #afterFailure(
    records: readonly Outgoing[],
    error: unknown,
    attempt: number,
  ): Produced | undefined {
    const answer = brokerAnswer(error);
    if (answer !== undefined) return this.#refusedAsAWhole(records, error, answer, attempt);
    const trouble = asError(error);
    if (isBlocked(toKafkaError(error, ''))) return undefined;
    if (!isException(error)) return { answered: [], again: [records], trouble };
    if (records.length > 1) return { answered: [], again: halves(records), trouble };
    return attempt < attemptsAlone ? { answered: [], again: [records], trouble } : undefined;
  }

  /**
   * Decides what to do with records whose metadata request was refused. Such a request fails completely if one of its topics fails
   * (protocol/requests/metadata). The records for other topics must not fail for that reason.
   */
  #refusedAsAWhole(
    records: readonly Outgoing[],
    error: unknown,
    { code, errorClass }: BrokerError,
    attempt: number,
  ): Produced {
    const topics = topicsOf(records);
    const [topic = ''] = topics;
    const isOthers = forgetTopics(this.#client.cluster(), topics);
    if (topics.length > 1 && (errorClass !== 'unavailable' || code === UNKNOWN_TOPIC)) {
      const again = topics.map((name) => records.filter((one) => one.topic === name));
      return { answered: [], again };
    }
    // The error may concern another topic, to which records were sent earlier.
    if (isOthers && attempt === 1)
      return { answered: [], again: [records], trouble: asError(error) };
    return notTaken({ topic, records }, code, attempt, this.#missing);
  }

  #connect(): Promise<void> {
    this.#connected ??= this.#producer.connect().catch((error: unknown) => {
      this.#connected = undefined;
      throw error;
    });
    return this.#connected;
  }

  /** Refreshes the metadata before the next attempt, because leaders may have moved. */
  async #recover(attempt: number, deadline: number): Promise<void> {
    const delay = Math.min(longestRetry, firstRetry * 2 ** Math.min(attempt, 10));
    await pause(Math.max(0, Math.min(delay, deadline - Date.now())));
    const refreshed = this.#client.cluster()?.refreshMetadata() ?? Promise.resolve();
    await settledWithin(Math.max(0, deadline - Date.now()), refreshed);
  }
}

const UNKNOWN_TOPIC = 3;

const topicsOf = (records: readonly Outgoing[]): readonly string[] => [
  ...new Set(records.map(({ topic }) => topic)),
];

/** Whether an error is an exception that JavaScript throws if a client has a bug or gets unexpected input. */
const isException = (error: unknown): boolean =>
  error instanceof Error && ['TypeError', 'RangeError', 'ReferenceError'].includes(error.name);
