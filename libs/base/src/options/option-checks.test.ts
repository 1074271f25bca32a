import { describe, expect, it } from '@jest/globals';
import { ThroughlineError } from '../errors/errors.js';
import { combined, throwTogether } from './option-checks.js';

const first = new ThroughlineError('TL_FIRST', 'The first is missing.');
const second = new ThroughlineError('TL_SECOND', 'The second is missing.');
const again = new ThroughlineError('TL_FIRST', 'The first is missing.');

describe('Errors that were found together', () => {
  it('are thrown as one that lists them, each once', () => {
    const { code, message } = combined([first, second, again]);

    expect(code).toBe('TL_START_REFUSED');
    expect(message.split('\n').slice(1)).toEqual([
      '  TL_FIRST: The first is missing.',
      '  TL_SECOND: The second is missing.',
    ]);
  });

  it('are listed on one level, although some were combined before', () => {
    const { message } = combined([
      combined([first, second]),
      new ThroughlineError('TL_THIRD', '3'),
    ]);

    expect(message).toContain('3 configuration errors');
    expect(message).not.toContain('TL_START_REFUSED');
  });

  it('are thrown as they are if there is only one, found once or several times', () => {
    expect(combined([first])).toBe(first);
    expect(combined([again, first]).code).toBe('TL_FIRST');
  });

  it('are none where nothing was found', () => {
    expect(() => throwTogether([])).not.toThrow();
  });
});
