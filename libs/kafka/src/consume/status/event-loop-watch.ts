import { OwnLog } from '#base';

const log = new OwnLog('Throughline');

/**
 * Warns of a blocked event loop before this process loses its membership in the group. While the event loop is blocked, no
 * heartbeat is sent, and after the session timeout the broker assigns the partitions to other members. The warning is logged at a
 * third of that timeout.
 *
 * @param sessionTimeout in milliseconds
 * @returns a function that ends the watch
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
      `The event loop was blocked for ${(blocked / 1_000).toFixed(1)} s. If it is ever blocked for ${sessionTimeout / 1_000} s, this process will lose its ` +
        `partitions in the group "${group}". Move long computations to a worker thread.`,
    );
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}
