import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** The rows of the project's table of facts; the numbers between are of other parts of the specification. */
const ROWS = [...range(1, 24), ...range(27, 38), 41, 44, 45];

describe('the checklist of Elastic’s specification', () => {
  it('has a test for each of its rows', () => {
    const files = readdirSync(new URL('./', import.meta.url)).filter((name) =>
      name.endsWith('.test.ts'),
    );
    const titles = files.flatMap((name) => [
      ...readFileSync(new URL(name, import.meta.url), 'utf8').matchAll(/'row (\d+): /g),
    ]);

    const tested = new Set(titles.map(([, row]) => Number(row)));

    expect([...tested].sort((a, b) => a - b)).toEqual(ROWS);
  });
});
