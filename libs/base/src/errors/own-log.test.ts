import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import { OwnLog } from './own-log.js';

/** A logger of the application's own: says what it was told, or throws. */
function aLogger(say: (line: readonly unknown[]) => void): LoggerService {
  const write =
    (level: string) =>
    (...line: unknown[]): void =>
      say([level, ...line]);
  return {
    log: write('log'),
    warn: write('warn'),
    error: write('error'),
    debug: write('debug'),
  };
}

describe('OwnLog', () => {
  afterEach(() => {
    Logger.overrideLogger(false);
  });

  it('says what Nest’s own logger says', () => {
    const lines: (readonly unknown[])[] = [];
    Logger.overrideLogger(aLogger((line) => lines.push(line)));
    const log = new OwnLog('Throughline');

    log.log('a');
    log.warn('b');
    log.error('c', 'a stack');
    log.debug('d');

    expect(lines).toEqual([
      ['log', 'a', 'Throughline'],
      ['warn', 'b', 'Throughline'],
      ['error', 'c', 'a stack', 'Throughline'],
      ['debug', 'd', 'Throughline'],
    ]);
  });

  it.each(['log', 'warn', 'error', 'debug'] as const)(
    'throws nothing where the application’s logger throws: %s',
    (level) => {
      Logger.overrideLogger(
        aLogger(() => {
          throw new Error('the disk is full');
        }),
      );

      expect(() => new OwnLog('Throughline')[level]('a')).not.toThrow();
    },
  );
});
