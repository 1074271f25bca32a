import { reasonOf, OwnLog } from '#base';
import { LONGEST_HOLD } from '../../in-flight/visibility-heartbeat.js';
import { MAX_ENTRIES, type DeadLetterQueue, type Received } from './dead-letter-queue.js';
import type { SqsLetter } from './sqs-dead-letter.js';

/** Until a letter that a killed redrive had set aside is there again. */
const LONGEST_SPAN = 10 * 60_000;
const REQUESTS_AT_ONCE = 8;

interface Hold {
  readonly receipt: string;
  readonly receivedAt: number;
  readonly span: number;
  readonly until: number;
}

/**
 * The dead letters that a redrive has received and not moved: hidden, so that it sees each once, and given back at its end. Each
 * is hidden for the visibility at first, and then for twice as long as it has been held, ten minutes at most: a hundred thousand
 * could not be prolonged every few seconds.
 */
export class HeldLetters {
  readonly #queue: DeadLetterQueue;
  readonly #holds = new Map<string, Hold>();
  readonly #timer: NodeJS.Timeout;
  readonly #log = new OwnLog('Throughline');
  #isProlonging = false;

  constructor(queue: DeadLetterQueue) {
    this.#queue = queue;
    this.#timer = setInterval(() => void this.#prolong(), queue.visibility / 4);
  }

  /** Answers with those that were not held before. */
  take({ letters, at }: Received): readonly SqsLetter[] {
    const others = letters.filter(({ id }) => !this.#holds.has(id));
    const span = this.#queue.visibility;
    for (const { id, receipt } of letters)
      this.#holds.set(id, { receipt, receivedAt: at, span, until: at + span });
    return others;
  }

  /** Whether it is hidden still, by our own clock. */
  has({ id }: SqsLetter): boolean {
    return (this.#holds.get(id)?.until ?? 0) > Date.now();
  }

  forget({ id }: SqsLetter): void {
    this.#holds.delete(id);
  }

  /** While SQS is away nothing can be given back: all of it comes back by itself. */
  abandon(): void {
    clearInterval(this.#timer);
    this.#holds.clear();
  }

  /** Shows all of them to everyone again. */
  async giveBack(): Promise<void> {
    const now = Date.now();
    const ours = [...this.#holds.values()].filter(({ until }) => until > now);
    this.abandon();
    try {
      await inTens(ours, async (ten) => {
        await this.#queue.hide(ten.map(({ receipt }) => ({ receipt, seconds: 0 })));
      });
    } catch (error) {
      this.#log.warn(
        `Dead letters that were looked at could not be given back, and are hidden for ${LONGEST_SPAN / 60_000} min at most: ` +
          reasonOf(error),
      );
    }
  }

  async #prolong(): Promise<void> {
    if (this.#isProlonging) return;
    this.#isProlonging = true;
    try {
      await inTens(this.#due(), (ten) => this.#prolongTen(ten));
    } catch {
      // The next turn of the timer tries again; an outage is told by the redrive's own requests.
    } finally {
      this.#isProlonging = false;
    }
  }

  #due(): readonly (readonly [string, Hold])[] {
    const now = Date.now();
    return [...this.#holds].filter(([, { span, until }]) => until > now && until - now <= span / 2);
  }

  async #prolongTen(ten: readonly (readonly [string, Hold])[]): Promise<void> {
    const now = Date.now();
    const longer = ten.map(([id, hold]) => [id, this.#prolonged(hold, now)] as const);
    const done = new Set(
      await this.#queue.hide(
        longer.map(([, { receipt, span }]) => ({ receipt, seconds: Math.floor(span / 1_000) })),
      ),
    );
    for (const [id, hold] of longer)
      // Moved, or received again, while SQS was asked: then this hold is no more.
      if (done.has(hold.receipt) && this.#holds.get(id)?.receipt === hold.receipt)
        this.#holds.set(id, hold);
  }

  #prolonged(hold: Hold, now: number): Hold {
    const held = now - hold.receivedAt;
    const wanted = Math.min(Math.max(held * 2, this.#queue.visibility), LONGEST_SPAN);
    const span = Math.max(0, Math.min(wanted, LONGEST_HOLD - held));
    return { ...hold, span, until: now + span };
  }
}

/** Calls `tell` with ten items at a time, and with no more than a few tens at once. */
async function inTens<T>(
  items: readonly T[],
  tell: (ten: readonly T[]) => Promise<void>,
): Promise<void> {
  const step = MAX_ENTRIES * REQUESTS_AT_ONCE;
  for (let at = 0; at < items.length; at += step) {
    const some = items.slice(at, at + step);
    await Promise.all(
      Array.from({ length: Math.ceil(some.length / MAX_ENTRIES) }, (_, ten) =>
        tell(some.slice(ten * MAX_ENTRIES, (ten + 1) * MAX_ENTRIES)),
      ),
    );
  }
}
