import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { validate } from './validation.js';

/** A schema that answers so, whatever it is asked. */
const answering = (result: unknown): { name: string; schema: StandardSchemaV1 } => ({
  name: 'orders',
  schema: {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: () => result as { readonly value: unknown },
    },
  },
});

const refusal = (name: string, channel: Parameters<typeof validate>[0], value: unknown): string => {
  try {
    validate(channel, value);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error(`${name} was let through`);
};

describe('validate', () => {
  it('shows the keys of a stranger on one line, escaped and cut', () => {
    const schema = z.object({ orders: z.record(z.string(), z.number()) });
    const key = `\n\u001b[31m${'x'.repeat(1_000)}`;

    const message = refusal(
      'a hostile key',
      { name: 'orders', schema },
      { orders: { [key]: 'no' } },
    );

    expect(message).toContain(String.raw`orders.\u000a\u001b[31mxxx`);
    expect(message.length).toBeLessThan(700);
  });

  it.each([
    ['no message', { issues: [{}] }],
    [
      'a message that cannot be read',
      { issues: [{ message: Symbol('no'), path: [{ key: Symbol('k') }] }] },
    ],
    ['nothing at all', { issues: [null] }],
  ])('refuses what its schema refuses with an issue of %s', (name, result) => {
    expect(refusal(name, answering(result), {})).toMatch(/does not match the schema of "orders"/);
  });

  it('waits for whatever can be awaited, and not for promises only', async () => {
    const thenable = { then: (resolve: (result: unknown) => void) => resolve({ value: 7 }) };

    await expect(validate(answering(thenable), {})).resolves.toBe(7);
  });
});
