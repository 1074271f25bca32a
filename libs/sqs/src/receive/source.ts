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
  type SourcePartition,
  type Sink,
  type Source,
  type SourceFeatures,
  type SourceState,
} from 'throughline/transport';
import { isBlocked, type ThroughlineError } from '#base';
import type { Endpoint } from 'throughline/tracing';
import { SqsInbound, type Origin } from '../messages/inbound-message.js';
import { DESCRIBING, LOOKING_UP, RECEIVING, told } from '../client/failures.js';
import { Holds } from '../in-flight/visibility-heartbeat.js';
import { lagOf } from '../queues/lag.js';
import { Outage } from '../client/outage.js';
import { pause } from '../client/pause.js';
import { Pollers } from './poller.js';
import { isFifo, type QueueAddress } from '../queues/queue-reference.js';
import { queueWatches, type QueueWatches } from '../queues/queue-watches.js';
import type { Queues } from '../queues/queues.js';
import { Settlements } from '../in-flight/settlements.js';
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
  readonly suppress: <R>(clientCall: () => R) => R;
  readonly health: HealthReports;
}

/** What there is once the queue is found. */
interface Running {
  readonly queue: QueueAddress;
  readonly sink: Sink<SqsInbound>;
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
export class SqsSource implements Source<SqsInbound> {
  readonly features: SourceFeatures;
  readonly #parts: SqsSourceParts;
  readonly #origin: SourcePartition;
  readonly #outage: Outage;
  readonly #watches: QueueWatches;
  readonly #stopping = new AbortController();
  readonly #standstill = new Standstill();
  #running: Running | undefined;
  #pollers: Pollers | undefined;
  /** By their ids: what is here and has not come to its end. */
  readonly #here = new Map<string, SqsInbound>();
  #isQuiet = false;
  /** Whether the last poll succeeded, or none has ended yet. */
  #isAnswered = true;

  constructor(parts: SqsSourceParts) {
    const name = parts.queues.nameOf(parts.channel);
    this.#parts = parts;
    this.#origin = { channel: parts.channel, name };
    this.#outage = new Outage(`SQS queue "${name}"`);
    this.#watches = queueWatches(parts.health, name);
    this.features = { retry: isFifo(name) ? 'lane' : 'source', ahead: AHEAD, settle: SETTLE };
  }

  async start(sink: Sink<SqsInbound>): Promise<void> {
    const { client, suppress } = this.#parts;
    const { queue, visibility, asked } = await this.#found();
    // A stop may come while SQS is still asked, and nobody would ever end what began after it.
    if (this.#isQuiet) return;
    const { url } = queue;
    const watches = this.#watches;
    const holds = new Holds({ client, url, visibility, watch: watches.visibility, suppress });
    const settlements = new Settlements({ client, url, holds, watches, suppress });
    const running = { queue, sink, holds, settlements, asked };
    this.#running = running;
    const pollers = new Pollers({
      capacity: () => sink.capacity(this.#origin),
      receive: (max) => this.#receive(running, max),
    });
    this.#pollers = pollers;
    sink.onCapacity(() => {
      pollers.wake();
    });
  }

  async settle(entries: readonly Settlement<SqsInbound>[]): Promise<void> {
    const acks = entries.filter(({ outcome }) => outcome.kind === 'ack');
    for (const { inbound, outcome } of entries)
      if (outcome.kind === 'retry') this.#here.delete(inbound.id);
    // What is done stays here until SQS knows: received again meanwhile, it is deleted by its new receipt, and does not run again.
    await this.#running?.settlements.tell(entries);
    for (const { inbound } of acks) {
      this.#here.delete(inbound.id);
      this.#running?.holds.release(inbound);
    }
  }

  /** SQS has no place to note a failure in. */
  countFailure(): void {
    return;
  }

  async stopReceiving(): Promise<void> {
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
    const { client, channel, suppress } = this.#parts;
    if (this.#running === undefined || this.#isQuiet) return NOT_AT_WORK;
    const { queue } = this.#running;
    const lag = await suppress(() => lagOf(queue, client));
    return {
      isConnected: this.#isAnswered,
      assigned: [queue.name],
      lag: new Map([[channel, lag]]),
    };
  }

  /** A message whose hold was lost may come back to this very process while its run goes on: it never runs twice at once. */
  #isHereAlready(received: SqsInbound, holds: Holds): boolean {
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
    const { client, suppress } = this.#parts;
    try {
      const { Attributes } = await suppress(() =>
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
    const { client, waitTime, suppress } = this.#parts;
    const { Messages = [] } = await suppress(() =>
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
      origin: this.#origin,
      endpoint: { ...this.#parts.endpoint, url: queue.url },
      isFifo: queue.isFifo,
    };
    const received = messages.map((message) => new SqsInbound(message, origin, receivedAt));
    const inbounds = received.filter((inbound) => !this.#isHereAlready(inbound, holds));
    holds.take(inbounds);
    for (const inbound of inbounds) this.#here.set(inbound.id, inbound);
    if (this.#pollers?.isStopped() === true) {
      await settlements.tell(inbounds.map((inbound) => ({ inbound, outcome: GIVEN_BACK })));
    } else {
      sink.deliver(inbounds);
    }
  }
}
