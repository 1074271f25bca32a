import type { Entry } from './ledger.js';

/**
 * The messages of which this process has had the effect and not written the mark. A mark that it wrote without being able to
 * tell us counts as not written.
 */
export function splitEffects(entries: readonly Entry[], process: string): ReadonlySet<string> {
  const split = new Set<string>();
  for (const entry of entries) {
    if (entry.process !== process) continue;
    if (entry.kind === 'ended') split.add(entry.id);
    if (entry.kind === 'marked') split.delete(entry.id);
  }
  return split;
}
