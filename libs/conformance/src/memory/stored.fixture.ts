import { setTimeout as pause } from 'node:timers/promises';
import type { StoredMessage } from 'throughline/memory';
import type { RawMessage } from '../index.js';

const WITHIN = 30_000;

export const storedOf = ({ body, key, headers }: RawMessage): StoredMessage => ({
  body,
  key: key === null ? null : Buffer.from(key),
  headers,
});

export const rawOf = ({ body, key, headers }: StoredMessage): RawMessage => ({
  body: body ?? new Uint8Array(),
  key: key === null ? null : Buffer.from(key).toString(),
  headers: { ...headers },
});

/** Waits until this holds, for 30 s at most: what the case asserts then says what is missing. */
export async function eventually(holds: () => boolean): Promise<void> {
  const late = AbortSignal.timeout(WITHIN);
  while (!holds() && !late.aborted) await pause(10);
}
