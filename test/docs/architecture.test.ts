import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What looks like a path of this repository, in backticks or as the target of a link. */
function pathsIn(page: string): readonly string[] {
  const text = read(page);
  const inCode = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return inCode.filter((code) => /^(libs|test|tools|src|demo|bench|docs)\/[\w./-]*$/.test(code));
}

describe.each(['docs/architecture.md', 'CONTRIBUTING.md'])('%s', (page) => {
  it('names paths that exist', () => {
    const paths = pathsIn(page);

    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  const page = read('docs/architecture.md');

  it('has a row for each room', () => {
    const rooms = readdirSync(join(root, 'libs')).map((name) => `libs/${name}`);

    expect(rooms.filter((room) => !page.includes(`| \`${room}\``))).toEqual([]);
  });
});

describe.each(['docs/architecture.md', 'docs/middleware.md'])('%s', (page) => {
  it('shows the steps in the order that the test of the pipeline pins', () => {
    const pinned = /'(trace → [^']* → handler)'/.exec(
      read('libs/core/src/pipeline/build-pipeline.test.ts'),
    )?.[1];
    const shown = /(trace → [^\n]* → handler)/.exec(read(page))?.[1];

    expect(pinned).toContain('use → use');
    expect(shown).toBe(pinned?.replace('use → use', 'use…'));
  });
});
