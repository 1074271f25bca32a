import type { Ledger } from './ledger.js';
import type { Snapshot } from './snapshot.js';

const summary = ({ transactions, spans, errors, metricsets, problems }: Snapshot): string =>
  [
    `${transactions.length} transactions`,
    `${spans.length} spans`,
    `${errors.length} errors`,
    `${metricsets.length} metricsets`,
    `${problems.length} problems`,
  ].join(', ');

/** Waits until the recorded events satisfy the predicate. If the signal aborts, the error says what was recorded instead. */
export async function waitFor(
  ledger: Ledger,
  predicate: (snapshot: Snapshot) => boolean,
  signal: AbortSignal,
): Promise<Snapshot> {
  let leave = (): void => undefined;
  const waiting = new Promise<Snapshot>((resolve, reject) => {
    const look = (): void => {
      try {
        const snapshot = ledger.snapshot();
        if (predicate(snapshot)) resolve(snapshot);
      } catch (thrown) {
        reject(thrown instanceof Error ? thrown : new Error('Not an Error', { cause: thrown }));
      }
    };
    const giveUp = (): void => {
      const message = `Timed out waiting; recorded: ${summary(ledger.snapshot())}`;
      reject(new Error(message, { cause: signal.reason }));
    };
    const unwatch = ledger.watch(look);
    signal.addEventListener('abort', giveUp, { once: true });
    leave = () => {
      unwatch();
      signal.removeEventListener('abort', giveUp);
    };
    look();
    if (signal.aborted) giveUp();
  });
  try {
    return await waiting;
  } finally {
    leave();
  }
}
