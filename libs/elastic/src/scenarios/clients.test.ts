import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openFakeSqs, type FakeSqs } from './fake-sqs.fixture.js';
import { openIntake, type Intake } from '../intake/server.fixture.js';
import { runScenario } from './run.fixture.js';

describe('traps 7 and 8: the agent’s own instrumentation of kafkajs and the AWS SDK', () => {
  let intake: Intake;
  let sqs: FakeSqs;
  beforeEach(async () => {
    intake = await openIntake();
    sqs = await openFakeSqs();
  });
  afterEach(() => Promise.all([intake.close(), sqs.close()]));

  const spanNames = (): readonly string[] =>
    intake.lines.flatMap(({ span }) => (span ? [span.name] : []));
  const transactionNames = (): readonly string[] =>
    intake.lines.flatMap(({ transaction }) => (transaction ? [transaction.name] : []));
  const run = (calls: 'suppressed' | 'bare'): Promise<unknown> =>
    runScenario('clients', intake, { CLIENT_CALLS: calls, SQS_URL: sqs.url });

  it('writes no second span around a suppressed call, and does not overwrite what the messages carry', async () => {
    const result = await run('suppressed');

    expect(spanNames()).toEqual([
      ...Array<string>(3).fill('SQS SEND to my-order-queue'),
      ...Array<string>(2).fill('Kafka SEND to order_events'),
    ]);
    expect(transactionNames()).toEqual(['SQS RECEIVE from in']);
    expect(new Set(sqs.traceparents).size).toBe(3);
    expect(result).toEqual({ toSqs: sqs.traceparents, kafkaHeadersAreOurs: true });
  });

  it('does both if the call is not suppressed: it is active in this test', async () => {
    const result = await run('bare');

    expect(spanNames()).toEqual(
      expect.arrayContaining([
        'SQS SEND_BATCH to my-order-queue',
        'SQS DELETE from my-order-queue',
      ]),
    );
    expect(result).not.toEqual({ toSqs: sqs.traceparents, kafkaHeadersAreOurs: true });
    expect(result).toMatchObject({ kafkaHeadersAreOurs: false });
  });
});
