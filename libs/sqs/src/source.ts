import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import {
  GIVEN_BACK,
  type HealthReports,
  type Settlement,
  type ShardId,
  type Sink,
  type Source,
  type SourceFeatures,
  type SourceState,
} from 'throughline/transport';
import { isBlocked, type ThroughlineError } from '#base';
import type { Endpoint } from 'throughline/tracing';
import { SqsArrival, type Origin } from './arrival.js';
import { DESCRIBING, LOOKING_UP, RECEIVING, told } from './failures.js';
import { Holds } from './holds.js';
import { lagOf } from './lag.js';
import { Outage } from './outage.js';
import { pause } from './pause.js';
import { Pollers } from './pollers.js';
import { isFifo, type QueueAddress } from './queue.js';
import { queueWatches, type QueueWatches } from './queue-watches.js';
import type { Queues } from './queues.js';
import { Settlements } from './settlements.js';
import { Standstill } from './standstill.js';

const SETTLE = { size: 10, within: 20 };
const AHEAD = { max: 10, resume: 0 };

/**
 * A queue may say 0, so that a message is everyone's again at once: then it could never be handled, and each receive has to ask for
 * a time of its own. In milliseconds.
 */
const SHORTEST_VISIBILITY = 1_000;
const VISIBILITY_WHERE_NONE = 30_000;

/** Before the queue is found, and after it was left. */
const NOT_AT_WORK: SourceState = { isConnected: false, assigned: [], lag: new Map() };

/** What a queue's source is made of. */
export interface SqsSourceParts {
  readonly client: SQSClient;
  readonly queues: Queues;
  readonly channel: string;
  readonly endpoint: Endpoint;
  /** Milliseconds of one long poll. */
  readonly waitTime: number;
  /** Milliseconds; `undefined` leaves it to the queue. */
  readonly visibility: number | undefined;
  readonly quiet: <R>(clientCall: () => R) => R;
  readonly health: HealthReports;
}

/** What there is once the queue is found. */
interface Running {
  readonly queue: QueueAddress;
  readonly sink: Sink<SqsArrival>;
  readonly holds: Holds;
  readonly settlements: Settlements;
  /** What each receive asks for, in milliseconds; `undefined` leaves it to the queue. */
  readonly asked: number | undefined;
}

/** How long messages of the queue are hidden, and what each receive asks for. */
interface Visibility {
  readonly visibility: number;
  readonly asked: number | undefined;
}

/** A queue as a source: long polls by demand, visibility prolonged, settled in batches. */
export class SqsSource implements Source<SqsArrival> {
  readonly features: SourceFeatures;
  readonly #parts: SqsSourceParts;
  readonly #shard: ShardId;
  readonly #outage: Outage;
  readonly #watches: QueueWatches;
  readonly #stopping = new AbortController();
  readonly #standstill = new Standstill();
  #running: Running | undefined;
  #pollers: Pollers | undefined;
  /** By their ids: what is here and has not come to its end. */
  readonly #here = new Map<string, SqsArrival>();
  #isQuiet = false;
  /** Whether the last poll succeeded, or none has ended yet. */
  #isAnswered = true;

  constructor(parts: SqsSourceParts) {
    const name = parts.queues.nameOf(parts.channel);
    this.#parts = parts;
    this.#shard = { channel: parts.channel, name };
    this.#outage = new Outage(`SQS queue "${name}"`);
    this.#watches = queueWatches(parts.health, name);
    this.features = { retry: isFifo(name) ? 'lane' : 'source', ahead: AHEAD, settle: SETTLE };
  }

  async start(sink: Sink<SqsArrival>): Promise<void> {
    const { client, quiet } = this.#parts;
    const { queue, visibility, asked } = await this.#found();
    // A stop may come while SQS is still asked, and nobody would ever end what began after it.
    if (this.#isQuiet) return;
    const { url } = queue;
    const watches = this.#watches;
    const holds = new Holds({ client, url, visibility, watch: watches.visibility, quiet });
    const settlements = new Settlements({ client, url, holds, watches, quiet });
    const running = { queue, sink, holds, settlements, asked };
    this.#running = running;
    const pollers = new Pollers({
      room: () => sink.room(this.#shard),
      receive: (max) => this.#receive(running, max),
    });
    this.#pollers = pollers;
    sink.onRoom(() => {
      pollers.wake();
    });
  }

  async settle(entries: readonly Settlement<SqsArrival>[]): Promise<void> {
    const acks = entries.filter(({ outcome }) => outcome.kind === 'ack');
    for (const { arrival, outcome } of entries)
      if (outcome.kind === 'retry') this.#here.delete(arrival.id);
    // What is done stays here until SQS knows: received again meanwhile, it is deleted by its new receipt, and does not run again.
    await this.#running?.settlements.tell(entries);
    for (const { arrival } of acks) {
      this.#here.delete(arrival.id);
      this.#running?.holds.release(arrival);
    }
  }

  /** SQS has no place to note a failure in. */
  note(): void {
    return;
  }

  async quiesce(): Promise<void> {
    this.#isQuiet = true;
    this.#stopping.abort();
    await this.#pollers?.stop();
  }

  stop(): Promise<void> {
    this.#running?.holds.close();
    this.#standstill.close();
    for (const watch of Object.values<QueueWatches[keyof QueueWatches]>({ ...this.#watches }))
      watch.freed();
    return Promise.resolve();
  }

  async inspect(): Promise<SourceState> {
    const { client, channel, quiet } = this.#parts;
    if (this.#running === undefined || this.#isQuiet) return NOT_AT_WORK;
    const { queue } = this.#running;
    const lag = await quiet(() => lagOf(queue, client));
    return {
      isConnected: this.#isAnswered,
      assigned: [queue.name],
      lag: new Map([[channel, lag]]),
    };
  }

  /** A message whose hold was lost may come back to this very process while its run goes on: it never runs twice at once. */
  #isHereAlready(received: SqsArrival, holds: Holds): boolean {
    const here = this.#here.get(received.id);
    if (here === undefined) return false;
    here.heldBy(received);
    holds.take([here]);
    return true;
  }

  /** Whoever starts us asks again later; what is blocked for longer is to be seen. */
  async #found(): Promise<Visibility & { readonly queue: QueueAddress }> {
    const { channel, queues } = this.#parts;
    try {
      const queue = await queues.find(channel);
      return { queue, ...(await this.#visibilityFor(queue)) };
    } catch (failure) {
      const error = told(`looking for the queue "${channel}"`, failure, LOOKING_UP);
      if (isBlocked(error) && !this.#isQuiet) this.#watches.polls.blocked(error.message);
      throw error;
    }
  }

  async #visibilityFor(queue: QueueAddress): Promise<Visibility> {
    const { visibility: asked } = this.#parts;
    if (asked !== undefined) return { visibility: asked, asked };
    const visibility = await this.#visibilityOf(queue);
    return visibility >= SHORTEST_VISIBILITY
      ? { visibility, asked: undefined }
      : { visibility: VISIBILITY_WHERE_NONE, asked: VISIBILITY_WHERE_NONE };
  }

  async #visibilityOf({ url, name }: QueueAddress): Promise<number> {
    const { client, quiet } = this.#parts;
    try {
      const { Attributes } = await quiet(() =>
        client.send(
          new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['VisibilityTimeout'] }),
        ),
      );
      return Number(Attributes?.VisibilityTimeout ?? 30) * 1_000;
    } catch (error) {
      throw told(`asking for the visibility timeout of "${name}"`, error, DESCRIBING);
    }
  }

  async #receive(running: Running, max: number): Promise<number> {
    try {
      const askedAt = Date.now();
      const messages = await this.#poll(running, max);
      const receivedAt = this.#standstill.earliest(askedAt);
      this.#outage.succeeded();
      this.#watches.polls.freed();
      this.#isAnswered = true;
      await this.#take(running, messages, receivedAt);
      return messages.length;
    } catch (failure) {
      this.#isAnswered = false;
      const error = told(`polling "${running.queue.name}"`, failure, RECEIVING);
      if (this.#pollers?.isStopped() !== true) await this.#waitAfter(error);
      return 0;
    }
  }

  /** A stop ends the wait. */
  async #waitAfter(error: ThroughlineError): Promise<void> {
    if (isBlocked(error)) this.#watches.polls.blocked(error.message);
    await pause(this.#outage.failed(error), this.#stopping.signal);
  }

  async #poll({ queue: { url }, asked }: Running, max: number): Promise<readonly Message[]> {
    const { client, waitTime, quiet } = this.#parts;
    const { Messages = [] } = await quiet(() =>
      client.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: max,
          WaitTimeSeconds: Math.round(waitTime / 1_000),
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: [
            'ApproximateReceiveCount',
            'SentTimestamp',
            'MessageGroupId',
            'AWSTraceHeader',
          ],
          ...(asked !== undefined && { VisibilityTimeout: Math.ceil(asked / 1_000) }),
        }),
      ),
    );
    return Messages;
  }

  async #take(
    { queue, sink, holds, settlements }: Running,
    messages: readonly Message[],
    receivedAt: number,
  ): Promise<void> {
    if (messages.length === 0) return;
    const origin: Origin = {
      shard: this.#shard,
      endpoint: { ...this.#parts.endpoint, url: queue.url },
      isFifo: queue.isFifo,
    };
    const received = messages.map((message) => new SqsArrival(message, origin, receivedAt));
    const arrivals = received.filter((arrival) => !this.#isHereAlready(arrival, holds));
    holds.take(arrivals);
    for (const arrival of arrivals) this.#here.set(arrival.id, arrival);
    if (this.#pollers?.isStopped() === true) {
      await settlements.tell(arrivals.map((arrival) => ({ arrival, outcome: GIVEN_BACK })));
    } else {
      sink.deliver(arrivals);
    }
  }
}
