import type { HeartbeatAnswer } from './group-member.js';

/** Why a membership ends. */
export type MembershipEnd = 'rebalance' | 'expelled' | 'fenced';

const whileFailing = 250;

export interface HeartbeatParts {
  readonly interval: number;
  readonly sessionTimeout: number;
  readonly send: () => Promise<HeartbeatAnswer>;
  readonly onMoved: () => void;
  /**
   * Called when the generation ends. A rebalance is reported at each heartbeat until the member joins again. Other reasons are
   * reported once.
   */
  readonly onEnd: (end: MembershipEnd) => void;
}

/**
 * Sends heartbeats for one generation of a group. The session is over if the broker has acknowledged no heartbeat for the session
 * timeout. This is so even if the broker cannot be reached to confirm it, because it then assigns the partitions to other members.
 */
export class Heartbeats {
  #acknowledged: number;
  #next: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #isOver = false;

  /** @param since when the session began, on the monotonic clock */
  constructor(
    private readonly parts: HeartbeatParts,
    since: number,
  ) {
    this.#acknowledged = since;
    this.#checkExpiry();
    this.#schedule(parts.interval);
  }

  /**
   * Whether the session is over according to this process's clock. After a suspended process has resumed, timers fire too late to
   * decide this.
   */
  get isExpired(): boolean {
    return performance.now() - this.#acknowledged >= this.parts.sessionTimeout;
  }

  /** Ends the membership if the session is over by the clock. */
  checkNow(): void {
    if (this.isExpired) this.#end('expelled');
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#next);
    clearTimeout(this.#expiry);
  }

  #schedule(delay: number): void {
    this.#next = setTimeout(() => void this.#beat(), delay);
  }

  async #beat(): Promise<void> {
    const at = performance.now();
    let answer: HeartbeatAnswer | undefined;
    try {
      answer = await this.parts.send();
    } catch {
      // `Cluster` already reports that a broker does not respond.
    }
    if (this.#isOver) return;
    const { interval, onMoved } = this.parts;
    switch (answer) {
      case 'ok':
        this.#acknowledged = at;
        this.#schedule(Math.max(0, interval - (performance.now() - at)));
        return;
      case 'rebalance':
        this.#acknowledged = at;
        this.#schedule(interval);
        this.#end('rebalance');
        return;
      case 'expelled':
      case 'fenced':
        this.#end(answer);
        return;
      case 'coordinator moved':
      case undefined:
        onMoved();
        this.#schedule(Math.min(interval, whileFailing));
    }
  }

  #checkExpiry(): void {
    const left = this.parts.sessionTimeout - (performance.now() - this.#acknowledged);
    if (left <= 0) this.#end('expelled');
    else this.#expiry = setTimeout(() => this.#checkExpiry(), left);
  }

  /**
   * Reports the end of the generation. Heartbeats continue during a rebalance, because the session has to last until the member has
   * joined again.
   */
  #end(end: MembershipEnd): void {
    if (this.#isOver) return;
    if (end !== 'rebalance') this.stop();
    this.parts.onEnd(end);
  }
}
