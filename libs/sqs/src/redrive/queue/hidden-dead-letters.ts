import { OwnLog, sentenceOf } from '#base';
import { inBatches } from '../../client/request-size.js';
import { LONGEST_VISIBILITY } from '../../in-flight/visibility-heartbeat.js';
import type { DeadLetterQueue, Received } from './dead-letter-queue.js';
import type { SqsDeadLetter } from './sqs-dead-letter.js';

/** The longest time, in milliseconds, for which dead letters stay hidden after their redrive was killed. */
const LONGEST_SPAN = 10 * 60_000;
const CONCURRENT_REQUESTS = 8;

interface Hidden {
  readonly receipt: string;
  readonly receivedAt: number;
  /** The time, in milliseconds, for which SQS was last asked to hide the dead letter. */
  readonly span: number;
  readonly until: number;
}

/**
 * The dead letters that a redrive has received but not moved. They stay hidden, so that the redrive sees each one once, and become
 * visible again at its end.
 *
 * The first extension is as long as the visibility timeout. Each further extension is twice as long as the dead letter has been
 * hidden, up to ten minutes. Extending a hundred thousand dead letters every few seconds would take too many requests.
 */
export class HiddenDeadLetters {
  readonly #queue: DeadLetterQueue;
  readonly #hidden = new Map<string, Hidden>();
  readonly #timer: NodeJS.Timeout;
  readonly #log = new OwnLog('Throughline');
  #extending: Promise<void> | undefined;

  constructor(queue: DeadLetterQueue) {
    this.#queue = queue;
    this.#timer = setInterval(() => this.#startExtending(), queue.visibility / 4);
  }

  /** @returns the dead letters that this redrive was not already hiding */
  add({ deadLetters, at }: Received): readonly SqsDeadLetter[] {
    const added = deadLetters.filter(({ id }) => !this.#hidden.has(id));
    const span = this.#queue.visibility;
    for (const { id, receipt } of deadLetters)
      this.#hidden.set(id, { receipt, receivedAt: at, span, until: at + span });
    return added;
  }

  /** Whether the dead letter is still hidden, according to this process's clock. */
  has({ id }: SqsDeadLetter): boolean {
    return (this.#hidden.get(id)?.until ?? 0) > Date.now();
  }

  forget({ id }: SqsDeadLetter): void {
    this.#hidden.delete(id);
  }

  /**
   * Forgets all hidden dead letters without a request. Used when SQS is unavailable. The dead letters become visible when their
   * visibility timeout ends.
   */
  abandon(): void {
    clearInterval(this.#timer);
    this.#hidden.clear();
  }

  /** Makes all hidden dead letters visible again. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    // An extension that SQS receives after the release would hide the dead letters again, for up to ten minutes.
    await this.#extending;
    const now = Date.now();
    const ours = [...this.#hidden.values()].filter(({ until }) => until > now);
    this.abandon();
    try {
      await inConcurrentBatches(ours, async (batch) => {
        await this.#queue.hide(batch.map(({ receipt }) => ({ receipt, seconds: 0 })));
      });
    } catch (error) {
      this.#log.warn(
        `The redrive could not make the remaining dead letters visible again: ${sentenceOf(error)} SQS will make these dead letters visible ` +
          `within ${LONGEST_SPAN / 60_000} min.`,
      );
    }
  }

  #startExtending(): void {
    this.#extending ??= this.#extend().finally(() => {
      this.#extending = undefined;
    });
  }

  async #extend(): Promise<void> {
    try {
      await inConcurrentBatches(this.#due(), (batch) => this.#extendBatch(batch));
    } catch {
      // The next tick retries. The redrive's own requests report an outage.
    }
  }

  #due(): readonly (readonly [string, Hidden])[] {
    const now = Date.now();
    return [...this.#hidden].filter(
      ([, { span, until }]) => until > now && until - now <= span / 2,
    );
  }

  async #extendBatch(batch: readonly (readonly [string, Hidden])[]): Promise<void> {
    const now = Date.now();
    const extended = batch.map(([id, hidden]) => [id, this.#extended(hidden, now)] as const);
    const done = new Set(
      await this.#queue.hide(
        extended.map(([, { receipt, span }]) => ({ receipt, seconds: Math.floor(span / 1_000) })),
      ),
    );
    for (const [id, hidden] of extended)
      // If the dead letter was moved or received again during the request, this receipt is outdated.
      if (done.has(hidden.receipt) && this.#hidden.get(id)?.receipt === hidden.receipt)
        this.#hidden.set(id, hidden);
  }

  #extended(hidden: Hidden, now: number): Hidden {
    const age = now - hidden.receivedAt;
    const wanted = Math.min(Math.max(age * 2, this.#queue.visibility), LONGEST_SPAN);
    const span = Math.max(0, Math.min(wanted, LONGEST_VISIBILITY - age));
    return { ...hidden, span, until: now + span };
  }
}

async function inConcurrentBatches<T>(
  items: readonly T[],
  request: (batch: readonly T[]) => Promise<void>,
): Promise<void> {
  const batches = inBatches(items);
  for (let at = 0; at < batches.length; at += CONCURRENT_REQUESTS)
    await Promise.all(batches.slice(at, at + CONCURRENT_REQUESTS).map(request));
}
