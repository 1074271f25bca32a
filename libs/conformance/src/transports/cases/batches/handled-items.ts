import { exponential } from '#base';
import { type Batch } from 'throughline';
import type { Item } from '../../fixture/item.js';
import type { Fixture } from '../../fixture/fixture.js';

export const SHORT_BACKOFF = { backoff: exponential('100ms', '200ms') };

/** Waits until the test case has recorded this many items as handled. */
export const untilHandled = (fixture: Fixture, count: number): Promise<void> =>
  fixture.log.until(`${count} are handled`, () => fixture.log.of('handled').length >= count);

export const recordHandled = (fixture: Fixture, batch: Batch<Item>): void => {
  for (const { message } of batch) fixture.log.add({ what: 'handled', ...message.payload });
};

/** Returns true for the first delivery of this item only. */
export const firstTimeOf = (id: string): ((item: Item) => boolean) => {
  let isFirst = true;
  return (item) => {
    if (item.id !== id || !isFirst) return false;
    isFirst = false;
    return true;
  };
};
