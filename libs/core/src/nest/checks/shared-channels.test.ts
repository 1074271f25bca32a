import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { topic } from 'throughline/kafka';
import type { AnyHandlerOptions, HandlerDefinition } from '../../handler/handler-definition.js';
import { handlerOf } from '../../handler/handler.fixture.js';
import { sharingErrors } from './shared-channels.js';

const events = topic('events', { schema: z.unknown() });
const yes = (): boolean => true;
const codesOf = (...options: readonly AnyHandlerOptions[]): readonly string[] =>
  found(options.map((own, index) => handlerOf(events, own, `H${index}.on`)));
const found = (handlers: readonly HandlerDefinition[]): readonly string[] =>
  sharingErrors([{ handlers }], ({ name }) => name).map(({ code }) => code);

describe('handlers that share a channel', () => {
  it('are fine where each has a guard', () => {
    expect(codesOf({ when: yes }, { when: yes, concurrency: 20 })).toEqual([]);
  });

  it.each([
    ['one of them has none', { when: yes }, {}],
    ['none has one', {}, {}],
  ])('are refused where %s', (_, first, second) => {
    expect(codesOf(first, second)).toEqual(['TL_HANDLER_DUPLICATE']);
  });

  it.each(['order', 'onBlocked', 'unmatched'])('are refused where they differ in %s', (option) => {
    const value = { order: 'none', onBlocked: 'deadLetter', unmatched: 'deadLetter' }[option];

    expect(codesOf({ when: yes, deadLetter: true }, { when: yes, [option]: value })).toEqual([
      'TL_HANDLERS_DISAGREE',
    ]);
  });

  it('are refused where they differ in the schema', () => {
    const again = topic('events', { schema: z.unknown() });
    const handlers = [events, again].map((channel, index) =>
      handlerOf(channel, { when: yes }, `H${index}.on`),
    );

    expect(found(handlers)).toEqual(['TL_HANDLERS_DISAGREE']);
  });

  it('are not told what they would have to agree on, where they may not share at all', () => {
    expect(codesOf({}, { onBlocked: 'deadLetter' })).toEqual(['TL_HANDLER_DUPLICATE']);
  });

  it('are refused where the unmatched are to be dead letters, and there is no place for them', () => {
    expect(codesOf({ when: yes, unmatched: 'deadLetter', deadLetter: false })).toEqual([
      'TL_OPTION_INVALID',
    ]);
  });
});
