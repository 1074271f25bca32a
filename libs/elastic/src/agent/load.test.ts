import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ThroughlineError, type Require } from '#base';
import { loadAgent } from './load.js';

describe('loading the agent', () => {
  const errorOf = (find: Require): string => {
    try {
      loadAgent(find);
    } catch (error) {
      return error instanceof ThroughlineError
        ? `${error.code}: ${error.message}`
        : 'another error';
    }
    return 'none';
  };

  it('gives the one agent of the process', () => {
    expect(loadAgent()).toBe(loadAgent());
  });

  it('says what to do where the package is not installed', () => {
    const elsewhere = createRequire(join(mkdtempSync(join(tmpdir(), 'no-agent-')), 'index.js'));

    expect(errorOf(elsewhere)).toMatch(/^TL_ELASTIC_AGENT_MISSING: .*npm install elastic-apm-node/);
  });

  it('refuses what is not the agent', () => {
    expect(errorOf(() => ({ start: 1 }))).toMatch(/^TL_ELASTIC_AGENT_UNKNOWN: /);
  });

  it('hands on an error of the package itself', () => {
    const broken = Object.assign(new Error("Cannot find module 'pino'"), {
      code: 'MODULE_NOT_FOUND',
    });

    expect(() =>
      loadAgent(() => {
        throw broken;
      }),
    ).toThrow(broken);
  });
});
