import { describe, expect, it } from '@jest/globals';
import { committedBatches, type TransactionalBatch } from './aborted.js';

/** A batch as text: `A0-1` are two records of the transaction of producer A, `A2!` its abort, `A2.` its commit, `3` no transaction. */
function batch(text: string): TransactionalBatch & { readonly text: string } {
  const [, producer = '', first = '0', last = first, end = ''] =
    /^([A-Z]?)(\d+)(?:-(\d+))?([!.]?)$/.exec(text) ?? [];
  return {
    text,
    baseOffset: Number(first),
    lastOffset: Number(last),
    producerId: producer === '' ? -1 : producer.charCodeAt(0),
    isTransactional: producer !== '',
    isControl: end !== '',
    isAbortMarker: end === '!',
  };
}

const aborted = (text: string): { producerId: number; firstOffset: number } => ({
  producerId: text.charCodeAt(0),
  firstOffset: Number(text.slice(1)),
});

const delivered = (batches: string, list: string): string =>
  committedBatches(batches.split(' ').map(batch), list.split(' ').filter(Boolean).map(aborted))
    .map(({ text }) => text)
    .join(' ');

describe('the batches whose records are delivered', () => {
  it('are all of them, but for the markers, if no transaction was aborted', () => {
    expect(delivered('0 A1-2 B3 A4. 5 B6.', '')).toBe('0 A1-2 B3 5');
  });

  it('are not those of aborted transactions that overlap, in whatever order these are listed', () => {
    const batches = 'A0 B1 2 B3! A4 A5! A6 A7.';
    expect(delivered(batches, 'A0 B1')).toBe('2 A6');
    expect(delivered(batches, 'B1 A0')).toBe('2 A6');
  });

  it('are not those of a producer that aborts twice in one response', () => {
    expect(delivered('A0 A1! A2 A3! A4 A5.', 'A2 A0')).toBe('A4');
  });

  it('are not those of a transaction that began before the response, or that ends after it', () => {
    expect(delivered('A5 A6! A7', 'A2')).toBe('A7');
    expect(delivered('A5 A6 7', 'A5')).toBe('7');
  });

  it('are those of a transaction that began before another of its producer was aborted', () => {
    expect(delivered('A0 A1. A2-4 A5!', 'A2')).toBe('A0');
  });
});
