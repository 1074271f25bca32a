import type {
  Settlement,
  Sink,
  Source,
  SourceFeatures,
  SourcePartition,
  SourceState,
} from 'throughline/transport';
import { OwnLog, ThroughlineError } from '#base';
import { keepProcessAlive, type Clock } from '../clock.js';
import { QueueInbound } from './inbound.js';
import type { MemoryQueue } from './queue.js';

/** The maximum number of messages that SQS returns from one receive. */
const MOST_AT_ONCE = 10;

/** The dependencies of a queue's source. */
export interface QueueSourceParts {
  readonly channel: string;
  readonly name: string;
  /** @throws ThroughlineError `TL_SQS_QUEUE_MISSING` */
  readonly find: () => MemoryQueue;
  readonly clock: Clock;
  /** The visibility timeout of receives, in milliseconds. Default: the visibility timeout of the queue. */
  readonly visibility: number | undefined;
}

/** The state of the source while it receives. */
interface Receiving {
  readonly queue: MemoryQueue;
  readonly sink: Sink<QueueInbound>;
  readonly visibility: number;
}

/**
 * The source for a queue. It receives messages while there is capacity, and extends their visibility timeouts while they are in
 * this process.
 */
export class QueueSource implements Source<QueueInbound> {
  readonly features: SourceFeatures;
  readonly #parts: QueueSourceParts;
  readonly #origin: SourcePartition;
  readonly #log = new OwnLog('Throughline');
  /** The messages that are received but not settled, by id. */
  readonly #here = new Map<string, QueueInbound>();
  #receiving: Receiving | undefined;
  #isStopped = false;
  #isScheduled = false;
  #endReceiving: () => void = () => undefined;
  #endHeartbeat: () => void = () => undefined;

  constructor(parts: QueueSourceParts) {
    this.#parts = parts;
    this.#origin = { channel: parts.channel, name: parts.name };
    this.features = {
      retry: parts.name.endsWith('.fifo') ? 'lane' : 'source',
      ahead: { max: MOST_AT_ONCE, resume: 0 },
      settle: { size: 1, within: 0 },
    };
  }

  /** @throws ThroughlineError `TL_SQS_QUEUE_MISSING` */
  async start(sink: Sink<QueueInbound>): Promise<void> {
    await Promise.resolve();
    if (!this.#isStopped) this.#start(sink);
  }

  settle(entries: readonly Settlement<QueueInbound>[]): undefined {
    const queue = this.#receiving?.queue;
    for (const { inbound, outcome } of entries) {
      const { id, receipt } = inbound;
      this.#here.delete(id);
      if (outcome.kind === 'ack') queue?.delete(id, receipt);
      else queue?.changeVisibility(id, receipt, outcome.after);
    }
  }

  /** Does nothing. As on SQS, the queue itself counts receives. */
  countFailure(): void {
    return;
  }

  stopReceiving(): Promise<void> {
    this.#isStopped = true;
    this.#endReceiving();
    return Promise.resolve();
  }

  /** Stops the source. Unsettled messages are received again after their visibility timeout. */
  stop(): Promise<void> {
    this.#endHeartbeat();
    return Promise.resolve();
  }

  inspect(): Promise<SourceState> {
    const queue = this.#receiving?.queue;
    return Promise.resolve(
      queue === undefined || this.#isStopped
        ? { isConnected: false, assigned: [], lag: new Map<string, number>() }
        : {
            isConnected: true,
            assigned: [queue.name],
            lag: new Map([[this.#parts.channel, queue.size]]),
          },
    );
  }

  #start(sink: Sink<QueueInbound>): void {
    const queue = this.#parts.find();
    const { visibility = queue.visibility } = this.#parts;
    const receiving = { queue, sink, visibility };
    this.#receiving = receiving;
    const receiveSoon = (): void => this.#receiveSoon(receiving);
    const endListening = queue.onVisible(receiveSoon);
    const endAlive = keepProcessAlive();
    this.#endReceiving = () => {
      endListening();
      endAlive();
    };
    sink.onCapacity(receiveSoon);
    this.#beat(receiving);
    receiveSoon();
  }

  #receiveSoon(receiving: Receiving): void {
    if (this.#isScheduled || this.#isStopped) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#receive(receiving);
    });
  }

  /** Receives messages once. Further receives follow in a later turn of the event loop. */
  #receive(receiving: Receiving): void {
    const { queue, sink, visibility } = receiving;
    if (this.#isStopped) return;
    const capacity = Math.min(MOST_AT_ONCE, sink.capacity(this.#origin));
    if (capacity <= 0) return;
    const now = this.#parts.clock.now();
    const received = queue
      .receive(capacity, visibility)
      .map((one) => new QueueInbound(one, this.#origin, queue, now));
    if (received.length === 0) return;
    const inbounds = received.filter((inbound) => !this.#isHere(inbound));
    for (const inbound of inbounds) this.#here.set(inbound.id, inbound);
    sink.deliver(inbounds);
    this.#receiveSoon(receiving);
  }

  /**
   * Whether a received message is already in this process. If its visibility timeout expires, it may be received again while its
   * run continues. It must not run twice at the same time.
   */
  #isHere(received: QueueInbound): boolean {
    const here = this.#here.get(received.id);
    here?.receivedAgain(received);
    return here !== undefined;
  }

  #beat(receiving: Receiving): void {
    this.#endHeartbeat = this.#parts.clock.after(receiving.visibility / 3, () => {
      for (const inbound of this.#here.values()) this.#extend(inbound, receiving);
      this.#beat(receiving);
    });
  }

  #extend(inbound: QueueInbound, { queue, visibility }: Receiving): void {
    const { id, receipt, isOurs } = inbound;
    if (!isOurs || queue.changeVisibility(id, receipt, visibility)) return;
    const error = new ThroughlineError(
      'TL_SQS_VISIBILITY_LOST',
      `Message ${id} from "${queue.name}" no longer belongs to this consumer: its visibility timeout has expired, or it was deleted.`,
      { errorClass: 'notOurs' },
    );
    this.#log.warn(error.message);
    inbound.lose(error);
  }
}
