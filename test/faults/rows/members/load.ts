import { setTimeout as pause } from 'node:timers/promises';
import type { RowFixture } from '../../harness/row-fixture.js';
import { jobs } from '../../worker/job.js';

const EVERY = 100;
const PER_TURN = 20;
const KEYS = 60;
const MOST = 60_000;

/** Sends a few jobs at a time, of the same keys, until `work` has ended. */
export async function underLoad(fixture: RowFixture, work: () => Promise<void>): Promise<void> {
  const all = jobs({ count: MOST, keys: KEYS, work: 20 });
  const over = new AbortController();
  const load = async (): Promise<void> => {
    for (let at = 0; at < MOST && !over.signal.aborted; at += PER_TURN) {
      await fixture.produce(all.slice(at, at + PER_TURN));
      await pause(EVERY);
    }
  };
  const loading = load();
  try {
    await work();
    // What follows the last change is part of the load, too.
    await pause(10 * EVERY);
  } finally {
    over.abort();
    await loading;
  }
}
