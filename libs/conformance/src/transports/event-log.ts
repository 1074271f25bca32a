/** Something that happened in a test case. */
export interface LoggedEvent {
  readonly what: 'begun' | 'done' | 'failed' | 'aborted' | 'batch' | 'log' | 'handled';
  /** The payload's id; for a line of the log, its text. */
  readonly id: string;
  readonly key: string;
  readonly attempt: number;
  /** Milliseconds of the monotonic clock. */
  readonly at: number;
}

const TIMEOUT_MS = 60_000;

/** What happened in a test case, in order. Waiting code is woken by each event. */
export class EventLog {
  readonly #events: LoggedEvent[] = [];
  #waiting: (() => void)[] = [];

  get all(): readonly LoggedEvent[] {
    return this.#events;
  }

  add({
    what,
    id,
    key = '',
    attempt = 0,
  }: Partial<LoggedEvent> & Pick<LoggedEvent, 'what' | 'id'>): void {
    this.#events.push({ what, id, key, attempt, at: performance.now() });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  of(what: LoggedEvent['what'], id?: string): readonly LoggedEvent[] {
    return this.#events.filter((one) => one.what === what && (id === undefined || one.id === id));
  }

  /** The ids of all events of this kind, in order. */
  ids(what: LoggedEvent['what']): readonly string[] {
    return this.of(what).map(({ id }) => id);
  }

  /** The attempt numbers that the handler saw for a message. */
  attempts(id: string): readonly number[] {
    return this.of('begun', id).map(({ attempt }) => attempt);
  }

  /** For each failed run of a message, the milliseconds from its end to the start of the next run. */
  pauses(id: string): readonly number[] {
    const [, ...next] = this.of('begun', id);
    return this.of('failed', id).flatMap(({ at }, index) => {
      const following = next[index];
      return following === undefined ? [] : [following.at - at];
    });
  }

  /** The highest number of runs in progress at the same time, among the events that `concerns` selects. */
  maxConcurrent(concerns: (one: LoggedEvent) => boolean = () => true): number {
    let now = 0;
    let most = 0;
    for (const one of this.#events.filter(concerns)) {
      if (one.what === 'begun') now += 1;
      if (one.what === 'done' || one.what === 'failed') now -= 1;
      most = Math.max(most, now);
    }
    return most;
  }

  /** Waits for the event after which this condition holds. */
  async until(what: string, holds: () => boolean, milliseconds = TIMEOUT_MS): Promise<void> {
    const late = AbortSignal.timeout(milliseconds);
    while (!holds()) {
      if (late.aborted) throw new Error(`Timed out waiting for: ${what}.\n${this.#recentEvents()}`);
      const next = Promise.withResolvers<undefined>();
      const wake = (): void => next.resolve(undefined);
      this.#waiting.push(wake);
      late.addEventListener('abort', wake, { once: true });
      await next.promise;
      late.removeEventListener('abort', wake);
    }
  }

  #recentEvents(): string {
    return this.#events
      .filter(({ what }) => what !== 'log')
      .slice(-40)
      .map(({ what, id, attempt, at }) => `  ${at.toFixed(0)} ${what} ${id} ${attempt || ''}`)
      .join('\n');
  }
}
