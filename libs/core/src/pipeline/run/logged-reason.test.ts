import { describe, expect, it } from '@jest/globals';
import { ThroughlineError } from '#base';
import { loggedReason, loggedSentence } from './logged-reason.js';

const denied = new ThroughlineError('TL_KAFKA_DENIED', 'The topic is denied.');

describe('What the log says of an error', () => {
  it('has the code of one of ours, and of no other', () => {
    expect(loggedReason(denied)).toBe('TL_KAFKA_DENIED: The topic is denied.');
    expect(loggedReason(new Error('no stock'))).toBe('no stock');
    expect(loggedReason(undefined)).toBe('undefined');
  });

  it.each([
    [denied, 'TL_KAFKA_DENIED: The topic is denied.'],
    [new Error('no stock'), 'no stock.'],
    ['Really?', 'Really?'],
  ])('ends where another sentence follows: %s', (cause, sentence) => {
    expect(loggedSentence(cause)).toBe(sentence);
  });
});
