import { setTimeout as pause } from 'node:timers/promises';
import { unavailable } from '../errors/failures.js';

const AGAIN_AFTER = 500;
const TIMES = 10;

/**
 * Commits until nothing waits any more for the broker to know where its reading goes on. A rebalance refuses a commit, and takes
 * the next one.
 *
 * @throws ThroughlineError `TL_KAFKA_UNAVAILABLE` where the broker takes none of ten
 */
export async function untilTold(
  topic: string,
  isWaiting: () => boolean,
  commit: () => Promise<void>,
): Promise<void> {
  for (let times = 1; isWaiting(); times += 1) {
    await commit();
    if (!isWaiting()) return;
    if (times === TIMES) {
      throw unavailable(`moving "${topic}"`, new Error('no commit was taken'));
    }
    await pause(AGAIN_AFTER);
  }
}
