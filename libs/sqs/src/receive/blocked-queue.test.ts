import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { fakeClient, sqsError } from '../client/fake-client.fixture.js';
import { fakeHealth } from '../queues/fake-health.fixture.js';
import { sinkTo, sqsSource } from './source.fixture.js';

const WHO = 'SQS queue "orders"';
const forever = (): Promise<never> => new Promise(() => undefined);

/** A source of the queue "orders". The given request fails until `heal` is called. */
function aSource(failure: { readonly of: string; readonly error: Error }) {
  let isFailing = true;
  let hasAnswered = false;
  const { client, asked } = fakeClient(({ name }) => {
    if (isFailing && name === failure.of) throw failure.error;
    if (name === 'GetQueueUrl') return { QueueUrl: 'url' };
    if (name !== 'ReceiveMessage') return {};
    return hasAnswered ? forever() : ((hasAnswered = true), {});
  });
  const { health, troubles } = fakeHealth();
  const source = sqsSource({ client, health });
  const heal = (): void => {
    isFailing = false;
  };
  const polls = (): number => asked.filter(({ name }) => name === 'ReceiveMessage').length;
  return { source, troubles, heal, polls };
}

describe('a queue whose polls are blocked', () => {
  const warnings: string[] = [];
  beforeEach(() => {
    warnings.length = 0;
    jest.useFakeTimers();
    jest.spyOn(Math, 'random').mockReturnValue(1);
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => {
      warnings.push(String(line));
    });
    jest.spyOn(Logger.prototype, 'log').mockReturnValue();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it.each([
    [
      'AccessDenied',
      /SQS denied the request while polling "orders": AccessDenied.*sqs:ReceiveMessage/,
    ],
    ['QueueDoesNotExist', /SQS did not find the queue while polling "orders"/],
    ['ACodeOfTomorrow', /SQS rejected the request while polling "orders": ACodeOfTomorrow/],
  ])('is polled every 30 s, logged once, and reported from 30 s on: %s', async (name, what) => {
    const { source, troubles, polls } = aSource({ of: 'ReceiveMessage', error: sqsError(name) });
    await source.start(sinkTo());

    await jest.advanceTimersByTimeAsync(29_000);
    const early = { polls: polls(), troubles: troubles.size };
    await jest.advanceTimersByTimeAsync(32_000);

    expect(early).toEqual({ polls: 1, troubles: 0 });
    expect(polls()).toBe(3);
    expect(troubles.get(WHO)).toMatch(what);
    expect(warnings).toEqual([expect.stringMatching(what)]);
    await source.stopReceiving();
    await source.stop();
  });

  it('is no longer reported once a poll succeeds', async () => {
    const { source, troubles, heal } = aSource({
      of: 'ReceiveMessage',
      error: sqsError('AccessDenied'),
    });
    await source.start(sinkTo());
    await jest.advanceTimersByTimeAsync(31_000);
    const reported = troubles.size;

    heal();
    await jest.advanceTimersByTimeAsync(30_000);

    expect(reported).toBe(1);
    expect(troubles.size).toBe(0);
  });

  it('is no longer reported after a stop, which does not wait for the next poll', async () => {
    const { source, troubles } = aSource({ of: 'ReceiveMessage', error: sqsError('AccessDenied') });
    await source.start(sinkTo());
    await jest.advanceTimersByTimeAsync(31_000);
    const reported = troubles.size;

    await source.stopReceiving();
    await source.stop();

    expect(reported).toBe(1);
    expect(troubles.size).toBe(0);
  });

  it('is also reported if the source cannot start', async () => {
    const { source, troubles } = aSource({ of: 'GetQueueUrl', error: sqsError('AccessDenied') });

    await expect(source.start(sinkTo())).rejects.toMatchObject({ code: 'TL_SQS_DENIED' });
    await jest.advanceTimersByTimeAsync(31_000);

    expect(troubles.get(WHO)).toMatch(/sqs:GetQueueUrl/);
    await source.stop();
    expect(troubles.size).toBe(0);
  });

  it('is not reported during an outage of SQS', async () => {
    const { source, troubles, polls } = aSource({
      of: 'ReceiveMessage',
      error: sqsError('ThrottlingException'),
    });
    await source.start(sinkTo());

    await jest.advanceTimersByTimeAsync(60_000);

    expect(polls()).toBeGreaterThan(5);
    expect(troubles.size).toBe(0);
    await source.stopReceiving();
    await source.stop();
  });
});
