import { describe, expect, it } from '@jest/globals';
import { howManyFit } from './request-size.js';

const KIB = 1_024;
const bytes = (count: number): { MessageBody: string } => ({ MessageBody: 'x'.repeat(count) });

describe('howManyFit', () => {
  it('is ten at most', () => {
    expect(howManyFit(Array.from({ length: 11 }, () => bytes(1)))).toBe(10);
  });

  it('is as many as make up 256 KiB', () => {
    expect(howManyFit([bytes(128 * KIB), bytes(128 * KIB), bytes(1)])).toBe(2);
  });

  it('is one where that is larger already', () => {
    expect(howManyFit([bytes(300 * KIB), bytes(1)])).toBe(1);
  });

  it('counts names, types and values of attributes', () => {
    const MessageAttributes = { n: { DataType: 'String', StringValue: 'y' } };

    const full = howManyFit([{ ...bytes(256 * KIB - 9), MessageAttributes }, bytes(1)]);
    const over = howManyFit([{ ...bytes(256 * KIB - 8), MessageAttributes }, bytes(1)]);

    expect([full, over]).toEqual([2, 1]);
  });
});
