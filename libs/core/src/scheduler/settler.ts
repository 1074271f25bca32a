import { sentenceOf } from '#base';
import { ACK, GIVEN_BACK, type Ack, type Outcome, type Retry } from 'throughline/transport';
import type { InboundMessage, Settlement, Source } from 'throughline/transport';
import { OwnLog } from '#base';
import type { ProcessingHooks } from '../pipeline/processing-hooks.js';

/**
 * Converts an outcome into a settlement. A message that becomes a dead letter is acknowledged only if the dead letter is stored.
 * Otherwise, the message returns to the broker.
 */
function settlementOf(outcome: Outcome): Ack | Retry {
  if (outcome.kind !== 'deadLetter') return outcome;
  return outcome.isStored === true ? ACK : GIVEN_BACK;
}

/** Reports the outcomes of messages to their source, many at a time. */
export class Settler<A extends InboundMessage = InboundMessage> {
  readonly #source: Source<A>;
  readonly #hooks: ProcessingHooks | undefined;
  readonly #underWay = new Set<Promise<void>>();
  readonly #log = new OwnLog('Throughline');
  #pending: Settlement<A>[] = [];
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param hooks called for each message that its source has settled
   */
  constructor(source: Source<A>, hooks?: ProcessingHooks) {
    this.#source = source;
    this.#hooks = hooks;
  }

  add(inbound: A, outcome: Outcome): void {
    const { size, within } = this.#source.features.settle;
    this.#pending.push({ inbound, outcome: settlementOf(outcome) });
    if (this.#pending.length >= size) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), within);
  }

  /** Reports all pending outcomes. Resolves when they have been reported to the source. */
  async settled(): Promise<void> {
    this.#flush();
    await Promise.all(this.#underWay);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length === 0) return;
    const entries = this.#pending;
    this.#pending = [];
    const settling = this.#settle(entries);
    if (settling === undefined) {
      this.#callHooks(entries);
      return;
    }
    const settled = settling
      .catch((error: unknown) => this.#failed(entries, error))
      .finally(() => {
        this.#underWay.delete(settled);
        this.#callHooks(entries);
      });
    this.#underWay.add(settled);
  }

  #settle(entries: readonly Settlement<A>[]): Promise<void> | undefined {
    try {
      return this.#source.settle(entries);
    } catch (error) {
      this.#failed(entries, error);
      return undefined;
    }
  }

  #callHooks(entries: readonly Settlement<A>[]): void {
    if (this.#hooks?.isUsed !== true) return;
    for (const { inbound } of entries) this.#hooks.settled(inbound);
  }

  /**
   * Logs that messages could not be acknowledged or returned. A source itself retries until it succeeds, so such an error shows a
   * bug in the source. The messages are not lost: the broker redelivers them.
   */
  #failed(entries: readonly Settlement<A>[], error: unknown): void {
    const channels = [...new Set(entries.map(({ inbound }) => `"${inbound.origin.channel}"`))];
    this.#log.error(
      `Throughline could not acknowledge or return ${entries.length} messages from ${channels.join(', ')}: ${sentenceOf(error)} The broker will redeliver these messages.`,
    );
  }
}
