import type { Entry, Ledger } from './ledger.js';

/** The rules that no process may break, whatever the fault is. */
export function brokenRules({ entries }: Ledger): readonly string[] {
  const late = commitsWithoutPartition(entries);
  const beside = runsBesideThemselves(entries);
  return [
    late > 0 && `${late} commits of partitions that had been revoked`,
    beside > 0 && `${beside} messages ran twice at the same time in one process`,
  ].filter((rule) => rule !== false);
}

/** The broker accepts such commits, so Throughline must not send them. */
const commitsWithoutPartition = (entries: readonly Entry[]): number =>
  entries.filter((entry) => entry.kind === 'committed' && !entry.wasOurs).length;

function runsBesideThemselves(entries: readonly Entry[]): number {
  const running = new Set<string>();
  let count = 0;
  for (const entry of entries) {
    if (entry.kind !== 'began' && entry.kind !== 'ended' && entry.kind !== 'failed') continue;
    const run = `${entry.process}/${entry.id}`;
    if (entry.kind !== 'began') running.delete(run);
    else if (running.has(run)) count += 1;
    else running.add(run);
  }
  return count;
}
