import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 50;
const TIMEOUT_MS = 5_000;

/** What keeps the process alive, such as timers and sockets: how many of each kind. Idle sockets of an HTTP agent do not. */
export class ActiveResources {
  readonly #before: ReadonlyMap<string, number>;

  constructor() {
    openStandardStreams();
    this.#before = countsNow();
  }

  /** Waits until no more is active than when this object was created. Returns what is left after 5 s. */
  async left(): Promise<readonly string[]> {
    const deadline = performance.now() + TIMEOUT_MS;
    for (;;) {
      const left = [...countsNow()].filter(
        ([kind, count]) => count > (this.#before.get(kind) ?? 0),
      );
      if (left.length === 0 || performance.now() > deadline) return left.map(([kind]) => kind);
      await pause(POLL_MS);
    }
  }
}

/**
 * Opens the standard streams of the process, so that they count as active from the beginning. Node opens each on first access, and
 * a pipe stays active. Otherwise a warning of Node would open one in the middle of the suite, and so would Jest when a module
 * imports `node:process`.
 */
const openStandardStreams = (): readonly unknown[] => [
  process.stdin,
  process.stdout,
  process.stderr,
];

function countsNow(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo())
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
