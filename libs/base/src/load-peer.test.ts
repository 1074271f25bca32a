import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ThroughlineError } from './errors/errors.js';
import { loadPeer, type Peer } from './load-peer.js';

const peer: Peer = {
  specifier: 'kafkajs',
  install: 'kafkajs@2.2.4',
  neededBy: 'The driver',
  alternative: 'use another one',
  code: 'TL_KAFKA_CLIENT_MISSING',
};

/** Has no packages. */
const elsewhere = createRequire(join(mkdtempSync(join(tmpdir(), 'no-packages-')), 'index.js'));

const errorOf = (find: (specifier: string) => unknown, wanted: Peer = peer): unknown => {
  try {
    return loadPeer(wanted, find);
  } catch (error) {
    return error;
  }
};

describe('loadPeer', () => {
  it('returns what the package exports', () => {
    expect(loadPeer({ ...peer, specifier: 'node:path' })).toHaveProperty('join');
    expect(loadPeer(peer, (specifier) => ({ specifier }))).toEqual({ specifier: 'kafkajs' });
  });

  it('throws the error of the caller, with what to install, if the package is missing', () => {
    const error = errorOf(elsewhere);

    expect(error).toBeInstanceOf(ThroughlineError);
    expect(error).toMatchObject({
      code: 'TL_KAFKA_CLIENT_MISSING',
      message:
        'The driver needs the kafkajs@2.2.4 package, which is not installed. Run "npm install kafkajs@2.2.4", or use another one.',
      cause: { code: 'MODULE_NOT_FOUND' },
    });
  });

  it('knows a missing file of a package', () => {
    expect(errorOf(elsewhere, { ...peer, specifier: 'kafkajs/src/nowhere' })).toMatchObject({
      code: 'TL_KAFKA_CLIENT_MISSING',
    });
  });

  it.each([
    [Object.assign(new Error("Cannot find module 'pino'"), { code: 'MODULE_NOT_FOUND' })],
    [
      Object.assign(new Error("Cannot find module 'pino'\n- 'kafkajs'"), {
        code: 'MODULE_NOT_FOUND',
      }),
    ],
    [new SyntaxError('Unexpected token')],
  ])('throws an error of the package itself as it is: %p', (broken) => {
    expect(
      errorOf(() => {
        throw broken;
      }),
    ).toBe(broken);
  });
});
