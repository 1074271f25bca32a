import type { Producer } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';

import type { KafkaProducer, OutgoingRecord } from '../../driver.js';
import { openClient, type Client } from './client.js';
import { waitAtMost, withDeadline } from '../deadline.js';
import { asError, closed, isHopeless, toKafkaError, unavailable } from './kafka-errors.js';
import { loadKafkaJs } from './load.js';
import { logOutage } from './logging.js';
import type { KafkaJsSettings } from './options.js';
import { Outage } from './outage.js';
import { Outgoing, type Answer } from './outgoing.js';
import { produce, refused, type Answered, type Produced } from './produce.js';
import { stickyPartitioner } from './sticky-partitioner.js';

const firstRetry = 50;
const longestRetry = 1_000;
/** A topic is unknown to some broker for a moment after it was made. */
const hopelessAttempts = 4;

/** Sends through kafkajs, not idempotent: its idempotent producer loses messages where one partition of a send fails. */
export class KafkaJsProducer implements KafkaProducer {
  readonly #outage: Outage;
  readonly #client: Client;
  readonly #producer: Producer;
  readonly #sending = new Set<Promise<unknown>>();
  #connected: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #isKilled = false;

  constructor(
    private readonly settings: KafkaJsSettings,
    private readonly onClosed: () => void,
  ) {
    this.#outage = new Outage(logOutage('Producer', settings.brokers));
    this.#client = openClient(settings, {
      reached: () => {
        this.#outage.reached();
      },
      failed: (error) => {
        this.#outage.failed(error);
      },
    });
    this.#producer = this.#client.kafka.producer({
      createPartitioner: stickyPartitioner(loadKafkaJs().Partitioners.DefaultPartitioner),
      allowAutoTopicCreation: false,
      idempotent: false,
      metadataMaxAge: settings.metadataMaxAge,
      // Tried again here, one partition apart from the other; kafkajs would send all of them again.
      retry: { retries: 0 },
    });
  }

  async send(records: readonly OutgoingRecord[]): Promise<readonly Answer[]> {
    if (this.#closed !== undefined) throw closed('producer');
    const answers: Answer[] = [];
    const deadline = Date.now() + this.settings.sendTimeout;
    const outgoing = records.map((record, index) => new Outgoing(record, index, deadline));
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
    await waitAtMost(3_000, Promise.allSettled(this.#sending));
    this.#outage.end();
    await waitAtMost(1_000, this.#producer.disconnect());
    this.#isKilled = true;
    this.#client.kill();
    this.onClosed();
  }

  /** Portions go one after the other, so that a partition's records keep their order. */
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
      const work = this.#connect().then(() => produce(this.#producer, portion));
      return await withDeadline(left, work, late);
    } catch (error) {
      const topics = new Set(portion.map(({ topic }) => topic));
      const hopeless = isHopeless(error);
      if (hopeless && topics.size > 1) {
        // One topic that is missing must not fail the others.
        const again = [...topics].map((name) => portion.filter(({ topic }) => topic === name));
        return { answered: [], again };
      }
      const isOver = Date.now() >= deadline || this.#isKilled;
      if (isOver || (hopeless && attempt >= hopelessAttempts)) {
        const reason = toKafkaError(error, `Sending to ${[...topics].join(', ')}`);
        return { answered: [refused(portion, reason)], again: [] };
      }
      return { answered: [], again: [portion], trouble: asError(error) };
    }
  }

  #connect(): Promise<void> {
    this.#connected ??= this.#producer.connect().catch((error: unknown) => {
      this.#connected = undefined;
      throw error;
    });
    return this.#connected;
  }

  /** Leaders may have moved: what kafkajs knows is refreshed before the next attempt. */
  async #recover(attempt: number, deadline: number): Promise<void> {
    const delay = Math.min(longestRetry, firstRetry * 2 ** Math.min(attempt, 10));
    await pause(Math.max(0, Math.min(delay, deadline - Date.now())));
    const refreshed = this.#client.cluster()?.refreshMetadata() ?? Promise.resolve();
    await waitAtMost(Math.max(0, deadline - Date.now()), refreshed);
  }
}
