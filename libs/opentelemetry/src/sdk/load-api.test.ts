import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ThroughlineError, type Require } from '#base';
import { loadApi } from './load-api.js';

describe('loading the API', () => {
  const errorOf = (find: Require): string => {
    try {
      loadApi(find);
    } catch (error) {
      return error instanceof ThroughlineError
        ? `${error.code}: ${error.message}`
        : 'another error';
    }
    return 'none';
  };

  it('gives one that knows what is registered in this process', () => {
    expect(loadApi()).toBe(loadApi());
  });

  it('says what to do where the package is not installed', () => {
    const elsewhere = createRequire(join(mkdtempSync(join(tmpdir(), 'no-api-')), 'index.js'));

    expect(errorOf(elsewhere)).toMatch(
      /^TL_OPENTELEMETRY_API_MISSING: .*npm install @opentelemetry\/api/,
    );
  });

  it('refuses what is not the API', () => {
    expect(errorOf(() => ({ trace: {} }))).toMatch(/^TL_OPENTELEMETRY_API_UNKNOWN: /);
  });

  it('hands on an error of the package itself', () => {
    const broken = Object.assign(new Error("Cannot find module 'pino'"), {
      code: 'MODULE_NOT_FOUND',
    });

    expect(() =>
      loadApi(() => {
        throw broken;
      }),
    ).toThrow(broken);
  });
});
