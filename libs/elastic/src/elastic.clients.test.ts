import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openFakeSqs, type FakeSqs } from './fake-sqs.fixture.js';
import { openIntake, type Intake } from './intake.fixture.js';
import { runScenario } from './scenario.fixture.js';

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

  it('writes no second span around a quiet call, and does not overwrite what the message carries', async () => {
    const result = await runScenario('clients', intake, {
      CLIENT_CALLS: 'quiet',
      SQS_URL: sqs.url,
    });

    expect(spanNames()).toEqual(['SQS SEND to my-order-queue', 'Kafka SEND to order_events']);
    expect(result).toEqual({ toSqs: sqs.traceparents[0], kafkaHeaderIsOurs: true });
  });

  it('does both where the call is not quiet: it is at work in this test', async () => {
    const result = await runScenario('clients', intake, { CLIENT_CALLS: 'bare', SQS_URL: sqs.url });

    expect(spanNames().length).toBeGreaterThan(3);
    expect(result).not.toEqual({ toSqs: sqs.traceparents[0], kafkaHeaderIsOurs: true });
  });
});
