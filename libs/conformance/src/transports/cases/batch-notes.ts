import { exponential } from '#base';
import { type Batch } from 'throughline';
import type { Item } from '../item.js';
import type { Stage } from '../stage.js';

export const SOON = { backoff: exponential('100ms', '200ms') };

/** Waits until each of the items has come to its end, as the play itself notes. */
export const allNoted = (stage: Stage, count: number): Promise<void> =>
  stage.chronicle.until(`${count} are noted`, () => stage.chronicle.of('note').length >= count);

export const noteAll = (stage: Stage, batch: Batch<Item>): void => {
  for (const { message } of batch) stage.chronicle.add({ what: 'note', ...message.payload });
};

/** Whether this is the item, and the first time that it comes. */
export const firstTimeOf = (id: string): ((item: Item) => boolean) => {
  let isFirst = true;
  return (item) => {
    if (item.id !== id || !isFirst) return false;
    isFirst = false;
    return true;
  };
};
