import { describe, expect, it } from '@jest/globals';
import { howManyFit } from './request-size.js';

const KIB = 1_024;
const bytes = (count: number): { MessageBody: string } => ({ MessageBody: 'x'.repeat(count) });

describe('howManyFit', () => {
  it('returns ten at most', () => {
    expect(howManyFit(Array.from({ length: 11 }, () => bytes(1)))).toBe(10);
  });

  it('returns as many as fit 256 KiB', () => {
    expect(howManyFit([bytes(128 * KIB), bytes(128 * KIB), bytes(1)])).toBe(2);
  });

  it('returns one if the first is larger than that', () => {
    expect(howManyFit([bytes(300 * KIB), bytes(1)])).toBe(1);
  });

  it('counts the names, types and values of attributes', () => {
    const MessageAttributes = { n: { DataType: 'String', StringValue: 'y' } };

    const full = howManyFit([{ ...bytes(256 * KIB - 9), MessageAttributes }, bytes(1)]);
    const over = howManyFit([{ ...bytes(256 * KIB - 8), MessageAttributes }, bytes(1)]);

    expect([full, over]).toEqual([2, 1]);
  });
});
