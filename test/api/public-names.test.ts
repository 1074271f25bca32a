import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { runTsc } from '../support/programs/run-tsc.js';
import { docsExamples, PRELUDE } from '../support/source/docs-examples.js';

const root = join(import.meta.dirname, '../..');
const MOST_NAMES = 40;

/** The compiler runs beside other tests. */
jest.setTimeout(300_000);

/** What `throughline` exports, values and types. */
function exportedNames(): readonly string[] {
  const path = join(root, 'libs/core/src/index.ts');
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  return file.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) {
      throw new Error(`Only lists of names may stand in ${path}: ${statement.getText(file)}`);
    }
    const { exportClause } = statement;
    return ts.isNamedExports(exportClause)
      ? exportClause.elements.map(({ name }) => name.text)
      : [];
  });
}

const examples = docsExamples(root);

describe('what throughline exports', () => {
  it(`is at most ${MOST_NAMES} names`, () => {
    expect(exportedNames().length).toBeLessThanOrEqual(MOST_NAMES);
  });

  it.each(exportedNames())('has %s in an example of the documentation', (name) => {
    const word = new RegExp(`\\b${name}\\b`);

    expect(examples.filter(({ code }) => word.test(code))).not.toEqual([]);
  });
});

describe('the examples of the documentation', () => {
  let folder = '';

  beforeAll(() => {
    // Inside the repository, so that `throughline` is this source.
    mkdirSync(join(root, 'dist'), { recursive: true });
    folder = mkdtempSync(join(root, 'dist/docs-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('compile, as one program', async () => {
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        noEmit: true,
        incremental: false,
        declaration: false,
        noUnusedLocals: false,
        noUnusedParameters: false,
        rootDir: root,
      },
      include: ['**/*.ts'],
      exclude: [],
    };
    const files = [
      { path: 'prelude.ts', code: PRELUDE },
      { path: 'tsconfig.json', code: JSON.stringify(config) },
      ...examples,
    ];
    for (const { path, code } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), code);
    }

    expect(await runTsc(folder)).toBe('');
  });
});
