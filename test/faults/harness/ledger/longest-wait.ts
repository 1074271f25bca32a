import type { Ledger } from './ledger.js';

/** The longest time from sending a message to its first effect, in milliseconds. */
export function longestWait({ effects, producedAt }: Ledger): number {
  const waits = [...effects].map(([id, [first]]) => {
    const sent = producedAt.get(id);
    return first === undefined || sent === undefined ? 0 : first.at - sent;
  });
  return Math.round(waits.reduce((longest, wait) => Math.max(longest, wait), 0));
}
