import { z } from 'zod';
import type { RawMessage } from './contract.js';

/** What the suite's channels carry. */
export const Item = z.object({ id: z.string().min(1), key: z.string().min(1) });
export type Item = z.output<typeof Item>;

/** So many items under so many keys in turn: `a0`, `b1`, `c2`, `a3` … */
export function items(count: number, keys: number): readonly Item[] {
  return Array.from({ length: count }, (_, at) => {
    const key = String.fromCharCode('a'.charCodeAt(0) + (at % keys));
    return { id: `${key}${at}`, key };
  });
}

/** An item as a message: its JSON, unless the test has bytes of its own. */
export function rawOf(item: Item, { body, headers = {} }: Partial<RawMessage> = {}): RawMessage {
  return { body: body ?? Buffer.from(JSON.stringify(item)), key: item.key, headers };
}

export const textOf = ({ body }: Pick<RawMessage, 'body'>): string =>
  Buffer.from(body).toString('utf8');
