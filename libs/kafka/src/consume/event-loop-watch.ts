import { OwnLog } from '#base';

const log = new OwnLog('Throughline');

/**
 * Tells of a blocked event loop before it costs the membership: while it is blocked no heartbeat goes out, and after the session
 * timeout the broker gives the partitions to others. Told at a third of it.
 *
 * @param sessionTimeout in milliseconds
 * @returns what ends the watch
 */
export function watchEventLoop(sessionTimeout: number, group: string): () => void {
  const every = sessionTimeout / 10;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const blocked = now - last - every;
    last = now;
    if (blocked < sessionTimeout / 3) return;
    log.warn(
      `The event loop was blocked for ${(blocked / 1_000).toFixed(1)} s. Beyond ${sessionTimeout / 1_000} s the group "${group}" ` +
        'loses its partitions: give long computations to a worker thread.',
    );
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}
