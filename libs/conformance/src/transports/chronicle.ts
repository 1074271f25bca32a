/** Something that happened in a test. */
export interface Happening {
  readonly what: 'begun' | 'done' | 'failed' | 'aborted' | 'batch' | 'log' | 'note';
  /** The payload's id; of a log line, its text. */
  readonly id: string;
  readonly key: string;
  readonly attempt: number;
  /** Milliseconds on a clock that never goes back. */
  readonly at: number;
}

const GENEROUS = 30_000;

/** What happened in a test, in order; wakes who waits for something to happen. */
export class Chronicle {
  readonly #happenings: Happening[] = [];
  #waiting: (() => void)[] = [];

  get all(): readonly Happening[] {
    return this.#happenings;
  }

  add({
    what,
    id,
    key = '',
    attempt = 0,
  }: Partial<Happening> & Pick<Happening, 'what' | 'id'>): void {
    this.#happenings.push({ what, id, key, attempt, at: performance.now() });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  of(what: Happening['what'], id?: string): readonly Happening[] {
    return this.#happenings.filter(
      (one) => one.what === what && (id === undefined || one.id === id),
    );
  }

  /** The ids of what happened so, in order. */
  ids(what: Happening['what']): readonly string[] {
    return this.of(what).map(({ id }) => id);
  }

  /** The attempts that a message's handler has seen. */
  attempts(id: string): readonly number[] {
    return this.of('begun', id).map(({ attempt }) => attempt);
  }

  /** The milliseconds between the end of a message's nth failed run and the next run's beginning, for each. */
  pauses(id: string): readonly number[] {
    const [, ...later] = this.of('begun', id);
    return this.of('failed', id).flatMap(({ at }, index) => {
      const next = later[index];
      return next === undefined ? [] : [next.at - at];
    });
  }

  /** How many of those that `concerns` names were at work at once, at most. */
  mostAtOnce(concerns: (one: Happening) => boolean = () => true): number {
    let now = 0;
    let most = 0;
    for (const one of this.#happenings.filter(concerns)) {
      if (one.what === 'begun') now += 1;
      if (one.what === 'done' || one.what === 'failed') now -= 1;
      most = Math.max(most, now);
    }
    return most;
  }

  /** Waits for the happening after which this holds. */
  async until(what: string, holds: () => boolean, milliseconds = GENEROUS): Promise<void> {
    const late = AbortSignal.timeout(milliseconds);
    while (!holds()) {
      if (late.aborted) throw new Error(`Never happened: ${what}.\n${this.#story()}`);
      const next = Promise.withResolvers<undefined>();
      const wake = (): void => next.resolve(undefined);
      this.#waiting.push(wake);
      late.addEventListener('abort', wake, { once: true });
      await next.promise;
      late.removeEventListener('abort', wake);
    }
  }

  #story(): string {
    return this.#happenings
      .filter(({ what }) => what !== 'log')
      .slice(-40)
      .map(({ what, id, attempt, at }) => `  ${at.toFixed(0)} ${what} ${id} ${attempt || ''}`)
      .join('\n');
  }
}
