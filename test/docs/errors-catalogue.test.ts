import { describe, expect, it } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** A code as it is thrown, `'TL_SQS_REFUSED'`; the pattern of all codes, `TL_${string}`, is none. */
const inSource = (text: string): readonly string[] =>
  [...text.matchAll(/['"`](TL_[A-Z_]*[A-Z])['"`]/g)].map(([, code = '']) => code);

const sources = globSync('{libs,src,tools}/**/*.ts', { cwd: root }).filter(
  // The conformance suites throw codes of applications, as a handler may.
  (path) => !/\.(test|fixture|suite)\.ts$|\/conformance\//.test(path),
);
const thrown = new Set(sources.flatMap((path) => inSource(read(path))));
const explained = new Set(
  [...read('docs/errors.md').matchAll(/^\| `(TL_[A-Z_]+)` /gm)].map(([, code = '']) => code),
);

describe('docs/errors.md', () => {
  it('is checked against the source', () => {
    expect(inSource(`throw new ThroughlineError('TL_A_CODE', …)`)).toEqual(['TL_A_CODE']);
    expect(thrown).toContain('TL_SQS_QUEUE_MISSING');
  });

  it('explains every code that the libraries and the service know', () => {
    expect([...thrown].filter((code) => !explained.has(code))).toEqual([]);
  });

  it('explains no code that does not exist any more', () => {
    expect([...explained].filter((code) => !thrown.has(code))).toEqual([]);
  });
});
