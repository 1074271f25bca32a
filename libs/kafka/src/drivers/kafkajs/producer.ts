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
import { toOutgoing, type Answer, type Outgoing } from './outgoing.js';
import { produce } from './produce.js';
import { StickyPartitioner } from './sticky-partitioner.js';

const firstRetry = 50;
const longestRetry = 1_000;
/** A topic is unknown to some broker for a moment after it was made. */
const hopelessAttempts = 4;

/** Sends through kafkajs, not idempotent: its idempotent producer loses messages where one partition of a send fails. */
export class KafkaJsProducer implements KafkaProducer {
  readonly #partitioner = new StickyPartitioner(loadKafkaJs().Partitioners.DefaultPartitioner);
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
      createPartitioner: this.#partitioner.create,
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
    const outgoing = records.map(toOutgoing);
    for (const { message } of outgoing) this.#partitioner.giveUpAt(message, deadline);
    const sending = this.#sendAll(outgoing, deadline, (record, answer) => {
      answers[record.index] ??= answer;
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
    settle: (record: Outgoing, answer: Answer) => void,
  ): Promise<void> {
    let portions: readonly (readonly Outgoing[])[] = records.length === 0 ? [] : [records];
    for (let attempt = 1; portions.length > 0;) {
      const [portion = [], ...rest] = portions;
      const result = await this.#try(portion, deadline, attempt);
      result.answers.forEach((answer, record) => {
        settle(record, answer);
      });
      portions = [...result.again, ...rest];
      attempt = result.trouble === undefined ? 1 : attempt + 1;
      if (result.trouble !== undefined) await this.#recover(attempt, deadline);
    }
  }

  async #try(
    portion: readonly Outgoing[],
    deadline: number,
    attempt: number,
  ): ReturnType<typeof produce> {
    const left = deadline - Date.now();
    const late = (): Error => unavailable('Sending', this.#outage.reason);
    try {
      if (left <= 0) throw late();
      const work = this.#connect().then(() => produce(this.#producer, this.#partitioner, portion));
      return await withDeadline(left, work, late);
    } catch (error) {
      const topics = new Set(portion.map(({ topic }) => topic));
      const hopeless = isHopeless(error);
      if (hopeless && topics.size > 1) {
        // One topic that is missing must not fail the others.
        const again = [...topics].map((name) => portion.filter(({ topic }) => topic === name));
        return { answers: new Map(), again };
      }
      const isOver = Date.now() >= deadline || this.#isKilled;
      if (isOver || (hopeless && attempt >= hopelessAttempts)) {
        const reason = toKafkaError(error, `Sending to ${[...topics].join(', ')}`);
        return {
          answers: new Map(portion.map((record) => [record, { status: 'rejected', reason }])),
          again: [],
        };
      }
      return { answers: new Map(), again: [portion], trouble: asError(error) };
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
