import { ALWAYS } from '../worker/job.js';
import type { Kind } from './kind.js';
import { isOrdered } from './kind.js';
import type { Ledger } from './ledger.js';

/** What a row prints. */
export interface RowResult {
  readonly fault: string;
  readonly broker: string;
  readonly messages: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly duplicatesAllowed: number;
  readonly outOfOrder: number;
  readonly recoveredMs: number;
  /** Figures that are told and not judged. */
  readonly notes: readonly string[];
  /** What did not hold, in words; an empty list is a passed row. */
  readonly failures: readonly string[];
}

/** A message that has come to where dead letters are kept. */
export interface DeadLetter {
  readonly id: string;
  /** The header `dead-letter`. */
  readonly note: string;
}

/** Of each key, how often the first effect of a message came before that of one before it. */
export function outOfOrder({ produced, effects }: Ledger): number {
  const firsts = [...produced.values()].flatMap(({ id, key, seq }) => {
    const [first] = effects.get(id) ?? [];
    return first === undefined ? [] : [{ key, seq, at: first.at }];
  });
  let count = 0;
  for (const ofKey of Map.groupBy(firsts, ({ key }) => key).values()) {
    ofKey.sort((a, b) => a.seq - b.seq);
    let latest = 0;
    for (const { at } of ofKey) {
      if (at < latest) count += 1;
      latest = Math.max(latest, at);
    }
  }
  return count;
}

const repeats = (lists: Iterable<readonly unknown[]>): number =>
  [...lists].reduce((sum, list) => sum + list.length - 1, 0);

/** What the ledger and the dead letters say, for a channel of this kind. */
export function judge(
  ledger: Ledger,
  letters: readonly DeadLetter[],
  { kind, allowed }: { readonly kind: Kind; readonly allowed: number },
): Pick<RowResult, 'lost' | 'duplicates' | 'duplicatesAllowed' | 'outOfOrder' | 'failures'> {
  const buried = Map.groupBy(letters, ({ id }) => id);
  const jobs = [...ledger.produced.values()];
  const lost = jobs.filter(({ id }) => !ledger.effects.has(id) && !buried.has(id)).length;
  const duplicates = repeats(ledger.effects.values());
  const disorder = outOfOrder(ledger);
  const healthyBuried = jobs.filter(({ id, failures }) => failures < ALWAYS && buried.has(id));
  const poisonDone = jobs.filter(
    ({ id, failures }) => failures >= ALWAYS && (!buried.has(id) || ledger.effects.has(id)),
  );
  const copies = repeats(buried.values());
  const failures = [
    lost > 0 && `${lost} lost`,
    duplicates > allowed && `${duplicates} duplicates, ${allowed} allowed`,
    isOrdered(kind) && disorder > 0 && `${disorder} out of order`,
    healthyBuried.length > 0 && `${healthyBuried.length} healthy messages are dead letters`,
    poisonDone.length > 0 && `${poisonDone.length} poison messages are no dead letters`,
    copies > allowed && `${copies} dead letters twice`,
  ].filter((failure) => failure !== false);
  return { lost, duplicates, duplicatesAllowed: allowed, outOfOrder: disorder, failures };
}
