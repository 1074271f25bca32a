import type { Entry } from './ledger.js';

/**
 * The messages whose effect this process has had without writing the idempotency entry. An entry that it wrote but could not
 * report counts as not written.
 */
export function splitEffects(entries: readonly Entry[], process: string): ReadonlySet<string> {
  const split = new Set<string>();
  for (const entry of entries) {
    if (entry.process !== process) continue;
    if (entry.kind === 'ended') split.add(entry.id);
    if (entry.kind === 'completed') split.delete(entry.id);
  }
  return split;
}
