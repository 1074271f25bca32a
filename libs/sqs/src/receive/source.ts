import { ReceiveMessageCommand, type Message } from '@aws-sdk/client-sqs';
import {
  GIVEN_BACK,
  type HealthReports,
  type Settlement,
  type Sink,
  type Source,
  type SourceFeatures,
  type SourcePartition,
  type SourceState,
} from 'throughline/transport';
import { isBlocked, type ThroughlineError } from '#base';
import type { Endpoint } from 'throughline/tracing';
import { LOOKING_UP, RECEIVING, toSqsError } from '../client/failures.js';
import { Outage } from '../client/outage.js';
import { pause } from '../client/pause.js';
import { Settlements } from '../in-flight/settlements.js';
import { VisibilityHeartbeat } from '../in-flight/visibility-heartbeat.js';
import { SqsInbound, type Origin } from '../messages/inbound-message.js';
import { lagOf, visibilityTimeoutOf } from '../queues/queue-attributes.js';
import { isFifo, type QueueAddress } from '../queues/queue-reference.js';
import { queueWatches, type QueueWatches } from '../queues/queue-watches.js';
import type { Queues } from '../queues/queues.js';
import { Poller } from './poller.js';
import { Standstill } from './standstill.js';

const SETTLE = { size: 10, within: 20 };
const AHEAD = { max: 10, resume: 0 };

/**
 * The shortest usable visibility timeout, in milliseconds. With a timeout of 0, a message would be visible again immediately and
 * could never be handled. If the queue's own timeout is shorter than this, each receive sets a timeout of 30 s.
 */
const SHORTEST_VISIBILITY = 1_000;
const VISIBILITY_IF_NONE = 30_000;

const NOT_RUNNING: SourceState = { isConnected: false, assigned: [], lag: new Map() };

export interface SqsSourceParts {
  readonly queues: Queues;
  readonly channel: string;
  /** The name of the queue in logs and health reports. */
  readonly label: string;
  readonly endpoint: Endpoint;
  /** The duration of one long poll, in milliseconds. */
  readonly waitTime: number;
  /** The visibility timeout of the handler's messages, in milliseconds. `undefined` means the queue's own visibility timeout. */
  readonly visibility: number | undefined;
  readonly suppress: <R>(clientCall: () => R) => R;
  readonly health: HealthReports;
}

/** The parts of a source that exist once its queue is found. */
interface Running {
  readonly queue: QueueAddress;
  readonly sink: Sink<SqsInbound>;
  readonly heartbeat: VisibilityHeartbeat;
  readonly settlements: Settlements;
  /** The visibility timeout that each receive asks for, in milliseconds. `undefined` means the queue's own visibility timeout. */
  readonly requested: number | undefined;
}

interface Visibility {
  /** The effective visibility timeout, in milliseconds. */
  readonly visibility: number;
  readonly requested: number | undefined;
}

/** A queue's source. It polls on demand, extends visibility timeouts, and deletes or returns messages in batches. */
export class SqsSource implements Source<SqsInbound> {
  readonly features: SourceFeatures;
  readonly #parts: SqsSourceParts;
  readonly #origin: SourcePartition;
  readonly #outage: Outage;
  readonly #watches: QueueWatches;
  readonly #stopping = new AbortController();
  readonly #standstill = new Standstill();
  #running: Running | undefined;
  #poller: Poller | undefined;
  /** The messages that were delivered and are not settled yet, by id. */
  readonly #inbounds = new Map<string, SqsInbound>();
  #isStopping = false;
  /** Whether the last poll succeeded. True if no poll has finished yet. */
  #isAnswered = true;

  constructor(parts: SqsSourceParts) {
    const { name } = parts.queues.referenceOf(parts.channel);
    this.#parts = parts;
    this.#origin = { channel: parts.channel, name };
    this.#outage = new Outage(`SQS queue ${parts.label}`);
    this.#watches = queueWatches(parts.health, parts.label);
    this.features = { retry: isFifo(name) ? 'lane' : 'source', ahead: AHEAD, settle: SETTLE };
  }

  async start(sink: Sink<SqsInbound>): Promise<void> {
    const { suppress } = this.#parts;
    const { queue, visibility, requested } = await this.#findQueue();
    // If the source was stopped in the meantime, nothing would stop a heartbeat and a poller that begin now.
    if (this.#isStopping) return;
    const { url, client } = queue;
    const watches = this.#watches;
    const heartbeat = new VisibilityHeartbeat({
      client,
      url,
      visibility,
      watch: watches.visibility,
      suppress,
    });
    const settlements = new Settlements({ client, url, heartbeat, watches, suppress });
    const running = { queue, sink, heartbeat, settlements, requested };
    this.#running = running;
    const poller = new Poller({
      capacity: () => sink.capacity(this.#origin),
      receive: (max) => this.#receive(running, max),
    });
    this.#poller = poller;
    sink.onCapacity(() => {
      poller.wake();
    });
  }

  async settle(entries: readonly Settlement<SqsInbound>[]): Promise<void> {
    const acks = entries.filter(({ outcome }) => outcome.kind === 'ack');
    for (const { inbound, outcome } of entries)
      if (outcome.kind === 'retry') this.#inbounds.delete(inbound.id);
    // A processed message stays in the map until it is deleted. If it is received again before that, it does not run again. It is
    // deleted with the new receipt.
    await this.#running?.settlements.settle(entries);
    for (const { inbound } of acks) {
      this.#inbounds.delete(inbound.id);
      this.#running?.heartbeat.release(inbound);
    }
  }

  /** Does nothing, because SQS cannot store how often a message has failed. */
  countFailure(): void {
    return;
  }

  async stopReceiving(): Promise<void> {
    this.#isStopping = true;
    this.#stopping.abort();
    await this.#poller?.stop();
  }

  stop(): Promise<void> {
    this.#running?.heartbeat.close();
    this.#standstill.close();
    for (const watch of Object.values<QueueWatches[keyof QueueWatches]>({ ...this.#watches }))
      watch.freed();
    return Promise.resolve();
  }

  async inspect(): Promise<SourceState> {
    const { channel, suppress } = this.#parts;
    if (this.#running === undefined || this.#isStopping) return NOT_RUNNING;
    const { queue } = this.#running;
    const lag = await suppress(() => lagOf(queue));
    return {
      isConnected: this.#isAnswered,
      assigned: [queue.name],
      lag: new Map([[channel, lag]]),
    };
  }

  /**
   * Whether a received message is still in progress in this process. If it is, it takes over the new receipt. A message whose
   * visibility timeout has expired may be received again while its first run continues. It never runs twice at the same time in
   * this process.
   */
  #isInProgress(received: SqsInbound, heartbeat: VisibilityHeartbeat): boolean {
    const inbound = this.#inbounds.get(received.id);
    if (inbound === undefined) return false;
    inbound.adoptReceipt(received);
    heartbeat.add([inbound]);
    return true;
  }

  /**
   * Finds the queue and its visibility timeout. Rejects after one attempt, because the caller retries. A failure that stays blocked
   * is reported to health.
   */
  async #findQueue(): Promise<Visibility & { readonly queue: QueueAddress }> {
    const { channel, queues } = this.#parts;
    try {
      const queue = await queues.find(channel);
      return { queue, ...(await this.#visibilityFor(queue)) };
    } catch (failure) {
      const doing = `looking up the queue "${channel}"`;
      const error = toSqsError(doing, failure, LOOKING_UP);
      if (isBlocked(error) && !this.#isStopping) this.#watches.polls.blocked(error.message);
      throw error;
    }
  }

  async #visibilityFor(queue: QueueAddress): Promise<Visibility> {
    const { suppress, visibility: requested } = this.#parts;
    if (requested !== undefined) return { visibility: requested, requested };
    const visibility = await suppress(() => visibilityTimeoutOf(queue));
    return visibility >= SHORTEST_VISIBILITY
      ? { visibility, requested: undefined }
      : { visibility: VISIBILITY_IF_NONE, requested: VISIBILITY_IF_NONE };
  }

  async #receive(running: Running, max: number): Promise<number> {
    try {
      const askedAt = Date.now();
      const messages = await this.#poll(running, max);
      const receivedAt = this.#standstill.earliest(askedAt);
      this.#outage.succeeded();
      this.#watches.polls.freed();
      this.#isAnswered = true;
      await this.#deliver(running, messages, receivedAt);
      return messages.length;
    } catch (failure) {
      this.#isAnswered = false;
      const error = toSqsError(`polling "${running.queue.name}"`, failure, RECEIVING);
      if (this.#poller?.isStopped() !== true) await this.#waitAfter(error);
      return 0;
    }
  }

  /** Waits after a failed poll, for a time that depends on the error, or until the source is stopped. */
  async #waitAfter(error: ThroughlineError): Promise<void> {
    if (isBlocked(error)) this.#watches.polls.blocked(error.message);
    await pause(this.#outage.failed(error), this.#stopping.signal);
  }

  async #poll(
    { queue: { url, client }, requested }: Running,
    max: number,
  ): Promise<readonly Message[]> {
    const { waitTime, suppress } = this.#parts;
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
          ...(requested !== undefined && { VisibilityTimeout: Math.ceil(requested / 1_000) }),
        }),
      ),
    );
    return Messages;
  }

  async #deliver(
    { queue, sink, heartbeat, settlements }: Running,
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
    const inbounds = received.filter((inbound) => !this.#isInProgress(inbound, heartbeat));
    heartbeat.add(inbounds);
    for (const inbound of inbounds) this.#inbounds.set(inbound.id, inbound);
    if (this.#poller?.isStopped() === true) {
      await settlements.settle(inbounds.map((inbound) => ({ inbound, outcome: GIVEN_BACK })));
    } else {
      sink.deliver(inbounds);
    }
  }
}
