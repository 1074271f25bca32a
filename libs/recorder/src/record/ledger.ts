import type { Received } from '../protocol/events.js';
import { warning, type Finding, type Problem } from '../protocol/problem.js';
import type { Event } from '../protocol/read-line.js';
import { emptySnapshot, freeze, type Snapshot } from './snapshot.js';

type Lists = { -readonly [K in keyof Snapshot]: Snapshot[K][number][] };

const emptyLists = (): Lists => ({
  metadata: [],
  transactions: [],
  spans: [],
  errors: [],
  metricsets: [],
  problems: [],
});

const frozenCopy = (lists: Lists): Snapshot =>
  Object.freeze({
    metadata: Object.freeze([...lists.metadata]),
    transactions: Object.freeze([...lists.transactions]),
    spans: Object.freeze([...lists.spans]),
    errors: Object.freeze([...lists.errors]),
    metricsets: Object.freeze([...lists.metricsets]),
    problems: Object.freeze([...lists.problems]),
  });

/** Everything that was recorded. New events are added to it, but its snapshots do not change. */
export class Ledger {
  #lists = emptyLists();
  #snapshot: Snapshot | undefined = emptySnapshot;
  #seen = new Set<string>();
  #sealed = false;
  #told: NodeJS.Immediate | undefined;
  readonly #watchers = new Set<() => void>();

  snapshot(): Snapshot {
    this.#snapshot ??= frozenCopy(this.#lists);
    return this.#snapshot;
  }

  addMetadata(metadata: Lists['metadata'][number]): void {
    this.#lists.metadata.push(freeze(metadata));
    this.#changed();
  }

  /** @returns the errors that can be found only with all recorded events, such as a duplicate id */
  add({ kind, value }: Event, received: Received): readonly Finding[] {
    switch (kind) {
      case 'transaction':
        this.#lists.transactions.push(freeze({ ...value, ...received }));
        break;
      case 'span':
        this.#lists.spans.push(freeze({ ...value, ...received }));
        break;
      case 'error':
        this.#lists.errors.push(freeze({ ...value, ...received }));
        break;
      case 'metricset':
        this.#lists.metricsets.push(freeze({ ...value, ...received }));
        this.#changed();
        return [];
    }
    const id = `${value.trace_id ?? ''}/${value.id}`;
    const twice = this.#seen.has(id);
    this.#seen.add(id);
    this.#changed();
    return twice ? [warning(`${kind}.id`, `'${value.id}' was reported before`)] : [];
  }

  addProblem(problem: Problem): void {
    if (this.#sealed) return;
    this.#lists.problems.push(freeze(problem));
    this.#changed();
  }

  /** Stops recording problems. Otherwise, streams that break because the recorder closes would count as problems of the agent. */
  seal(): void {
    this.#sealed = true;
  }

  clear(): void {
    this.#lists = emptyLists();
    this.#seen = new Set();
    this.#changed();
  }

  /**
   * Calls the listener after each change. Changes that arrive together cause only one call. Returns a function that stops the
   * calls.
   */
  watch(onChange: () => void): () => void {
    this.#watchers.add(onChange);
    return () => this.#watchers.delete(onChange);
  }

  #changed(): void {
    this.#snapshot = undefined;
    if (this.#told !== undefined || this.#watchers.size === 0) return;
    // A chunk has hundreds of lines. One notification is enough for all of them.
    this.#told = setImmediate(() => {
      this.#told = undefined;
      for (const watcher of this.#watchers) watcher();
    });
  }
}
