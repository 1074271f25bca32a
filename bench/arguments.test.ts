import { describe, expect, it } from '@jest/globals';
import { readArguments } from './arguments.js';

const read = (...args: string[]): ReturnType<typeof readArguments> =>
  readArguments(args, ['kafka', 'sqs']);

describe('readArguments', () => {
  it('runs all suites in full, and prints a table, by default', () => {
    expect(read()).toEqual({
      suites: [],
      size: 'full',
      output: 'table',
      writes: 'nothing',
      only: [],
      profiles: undefined,
      rounds: undefined,
      against: undefined,
    });
  });

  it('takes suites by their names, and every option', () => {
    const args = ['sqs', '--quick', '--json', '--only', 'SDK', '--only', 'x', '--rounds', '2'];

    expect(read(...args, '--profile', 'profiles', '--against', '../old')).toEqual({
      suites: ['sqs'],
      size: 'quick',
      output: 'json',
      writes: 'nothing',
      only: ['SDK', 'x'],
      profiles: 'profiles',
      rounds: 2,
      against: '../old',
    });
  });

  it.each([['--list'], ['--help']])('only prints, with %s', (option) => {
    expect(read(option).output).toBe(option.slice(2));
  });

  it('writes pages with --plots', () => {
    expect(read('--plots').writes).toBe('pages');
  });

  it.each([
    [['redis'], 'No suite is named redis. There are: kafka, sqs.'],
    [['--rounds', 'x'], '--rounds is x'],
    [['--rounds', '0'], '--rounds is 0'],
    [['--quick', '--plots'], '--quick gives no figures'],
    [['--only', 'SDK', '--plots'], '--plots shows whole scenarios'],
    [['--against', '../old', '--plots'], '--plots shows whole scenarios'],
    [['--fast'], '--fast'],
  ])('refuses %j', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
