import { describe, expect, it } from '@jest/globals';
import { none } from 'throughline/tracing';
import { anInbound } from './inbound-message.fixture.js';
import { causeIn, DEAD_LETTER_HEADER, type DeadLetterCause } from 'throughline/transport';
import { headersFrom, type Headers } from '#base';
import { Lane, PartitionLanes, Task } from '../scheduler/lanes/task.js';
import { ACK } from 'throughline/transport';
import { RetryPolicy } from './retry-policy.js';
import { HandlerCounts } from '../scheduler/handler-counts.js';
import { MessageRunner } from './run/message-runner.js';

const cause: DeadLetterCause = {
  source: 'orders',
  handler: 'Orders.process',
  reason: 'exhausted',
  time: '2026-11-27T12:00:00.000Z',
  attempts: 5,
  error: { name: 'Error', message: 'no stock' },
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

const headersWith = (countFailure: unknown): Headers =>
  headersFrom([[DEAD_LETTER_HEADER, JSON.stringify(countFailure)]]);

/** What a stranger may send under this name, on a message that never was a dead letter. */
const strange: readonly (readonly [title: string, countFailure: unknown])[] = [
  ['null', null],
  ['a traceparent of null', { ...cause, traceparent: null }],
  ['a traceparent that is a list', { ...cause, traceparent: Array(55).fill('-') }],
  ['attempts that are text', { ...cause, attempts: '5' }],
  ['an error of null', { ...cause, error: null }],
  ['an error without a name', { ...cause, error: { message: 'no' } }],
  ['no handler', { ...cause, handler: undefined }],
];

describe('What a dead letter says of itself', () => {
  it('is read as it was written', () => {
    expect(causeIn(headersWith(cause))).toEqual(cause);
  });

  it.each(strange)('is nothing where the header holds %s', (_, countFailure) => {
    expect(causeIn(headersWith(countFailure))).toBeUndefined();
  });

  it.each(strange)(
    'keeps no message from its handler where it holds %s',
    async (_, countFailure) => {
      const inbound = { ...anInbound(), headers: headersWith(countFailure) };
      const runner = new MessageRunner({
        handler: 'Orders.process',
        retryPolicy: new RetryPolicy(),
        tracer: none(),
        trace: 'continue',
        failedRuns: undefined,
        countsOf: () => new HandlerCounts(),
      });

      const task = new Task(inbound, new Lane(new PartitionLanes('orders'), inbound), 0);

      expect(await runner.run(task, () => ACK)).toBe(ACK);
    },
  );
});
