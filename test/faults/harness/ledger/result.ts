import { ALWAYS } from '../../worker/job.js';
import type { Target } from '../target.js';
import { isOrdered } from '../target.js';
import type { Ledger } from './ledger.js';

/** The result of a row, as printed. */
export interface RowResult {
  readonly fault: string;
  readonly broker: string;
  readonly messages: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly duplicatesAllowed: number;
  readonly outOfOrder: number;
  readonly recoveredMs: number;
  /** Figures for information. */
  readonly remarks: readonly string[];
  /** The expectations that were not met. The row has passed if there is none. */
  readonly failures: readonly string[];
}

/** A message in the dead-letter channel. */
export interface DeadLetter {
  readonly id: string;
  /** The header `dead-deadLetter`. */
  readonly header: string;
}

/** For each key, how often a message's first effect preceded that of an earlier message. */
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

/** Evaluates the ledger and the dead letters for this target. */
export function evaluate(
  ledger: Ledger,
  deadLetters: readonly DeadLetter[],
  { target, allowed }: { readonly target: Target; readonly allowed: number },
): Pick<RowResult, 'lost' | 'duplicates' | 'duplicatesAllowed' | 'outOfOrder' | 'failures'> {
  const deadLettered = Map.groupBy(deadLetters, ({ id }) => id);
  const jobs = [...ledger.produced.values()];
  const lost = jobs.filter(({ id }) => !ledger.effects.has(id) && !deadLettered.has(id)).length;
  const duplicates = repeats(ledger.effects.values());
  const disorder = outOfOrder(ledger);
  const healthyDeadLettered = jobs.filter(
    ({ id, failures }) => failures < ALWAYS && deadLettered.has(id),
  );
  const poisonDone = jobs.filter(
    ({ id, failures }) => failures >= ALWAYS && (!deadLettered.has(id) || ledger.effects.has(id)),
  );
  const copies = repeats(deadLettered.values());
  const failures = [
    lost > 0 && `${lost} lost`,
    duplicates > allowed && `${duplicates} duplicates, ${allowed} allowed`,
    isOrdered(target) && disorder > 0 && `${disorder} out of order`,
    healthyDeadLettered.length > 0 &&
      `${healthyDeadLettered.length} healthy messages are dead letters`,
    poisonDone.length > 0 && `${poisonDone.length} poison messages are no dead letters`,
    copies > allowed && `${copies} dead letters twice`,
  ].filter((failure) => failure !== false);
  return { lost, duplicates, duplicatesAllowed: allowed, outOfOrder: disorder, failures };
}
