import { z } from 'zod';
import type { RawMessage } from './raw-message.js';

/** The payload of the suite's channels. */
export const Item = z.object({ id: z.string().min(1), key: z.string().min(1) });
export type Item = z.output<typeof Item>;

/** This many items, which take turns among this many keys: `a0`, `b1`, `c2`, `a3` … */
export function items(count: number, keys: number): readonly Item[] {
  return Array.from({ length: count }, (_, at) => {
    const key = String.fromCharCode('a'.charCodeAt(0) + (at % keys));
    return { id: `${key}${at}`, key };
  });
}

/** An item as a message. Its body is the item's JSON unless the test case passes other bytes. */
export function rawOf(item: Item, { body, headers = {} }: Partial<RawMessage> = {}): RawMessage {
  return { body: body ?? Buffer.from(JSON.stringify(item)), key: item.key, headers };
}

export const textOf = ({ body }: Pick<RawMessage, 'body'>): string =>
  Buffer.from(body).toString('utf8');
