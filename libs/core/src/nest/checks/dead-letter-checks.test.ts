import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type AnyChannel } from 'throughline/transport';
import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';
import { handlerOf } from '../../handler/handler.fixture.js';
import { deadLetterErrors } from './dead-letter-checks.js';

const schema = z.unknown();
const orders = topic('orders', { schema });

const codesWith = (deadLetter: boolean | AnyChannel): readonly string[] =>
  deadLetterErrors(handlerOf(orders, { deadLetter })).map(({ code }) => code);

describe('The dead letters of a handler', () => {
  it('may go anywhere but to the channel that it handles', () => {
    const others = [true, false, topic('orders-dlq', { schema }), queue('orders', { schema })];

    expect(others.flatMap(codesWith)).toEqual([]);
  });

  it('are refused at the start where they would come again at once', () => {
    expect(codesWith(topic('orders', { schema }))).toEqual(['TL_OPTION_INVALID']);
  });
});
