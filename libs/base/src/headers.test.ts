import { describe, expect, it } from '@jest/globals';
import { Script } from 'node:vm';
import { firstHeader, headersFrom, NO_HEADERS, valuesOf, withoutHeader } from './headers.js';

const HOSTILE = ['__proto__', 'constructor', 'toString'];

describe('headersFrom', () => {
  it('holds headers whatever they are called, and nothing else', () => {
    const headers = headersFrom(HOSTILE.map((name) => [name, name] as const));

    expect(Object.keys(headers)).toEqual(HOSTILE);
    for (const name of HOSTILE) expect(headers[name]).toBe(name);
    expect('valueOf' in headers).toBe(false);
  });

  it('makes a list of a name that comes several times, in order', () => {
    const headers = headersFrom([
      ['hop', '1'],
      ['hop', '2'],
      ['hop', ['3', '4']],
    ]);

    expect(headers.hop).toEqual(['1', '2', '3', '4']);
    expect(firstHeader(headers, 'hop')).toBe('1');
  });

  it('holds one name 100,000 times, as a record of 1 MB may, before a consumer would lose its session', () => {
    const values = Array.from({ length: 100_000 }, (_, at) => String(at));

    let headers = NO_HEADERS;
    const read = (): void => {
      headers = headersFrom(values.map((value) => ['a', value] as const));
    };
    // It takes 50 ms; to copy the list each time takes minutes, and Jest ends nothing that never waits.
    new Script('read()').runInNewContext({ read }, { timeout: 50_000 });

    expect(valuesOf(headers.a ?? [])).toHaveLength(values.length);
  }, 120_000);

  it('changes no list that it was given', () => {
    const given: readonly string[] = ['1', '2'];

    const headers = headersFrom([
      ['hop', given],
      ['hop', '3'],
    ]);

    expect(given).toEqual(['1', '2']);
    expect(headers.hop).toEqual(['1', '2', '3']);
  });
});

describe('withoutHeader', () => {
  it('leaves out one, and keeps the others whatever they are called', () => {
    const headers = headersFrom(HOSTILE.map((name) => [name, name] as const));

    expect(Object.keys(withoutHeader(headers, 'constructor'))).toEqual(['__proto__', 'toString']);
  });
});
