import { describe, expect, it } from '@jest/globals';
import { ThroughlineError } from '../errors.js';
import { told, toldInFull } from './told.js';

const denied = new ThroughlineError('TL_KAFKA_DENIED', 'The topic is denied.');

describe('What the log says of an error', () => {
  it('has the code of one of ours, and of no other', () => {
    expect(told(denied)).toBe('TL_KAFKA_DENIED: The topic is denied.');
    expect(told(new Error('no stock'))).toBe('no stock');
    expect(told(undefined)).toBe('undefined');
  });

  it.each([
    [denied, 'TL_KAFKA_DENIED: The topic is denied.'],
    [new Error('no stock'), 'no stock.'],
    ['Really?', 'Really?'],
  ])('ends where another sentence follows: %s', (cause, sentence) => {
    expect(toldInFull(cause)).toBe(sentence);
  });
});
