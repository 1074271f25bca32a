import { describe, expect, it } from '@jest/globals';
import { clientsOf, fakeClient, sqsError, suppress } from '../client/fake-client.fixture.js';
import { OwnDeadLetters } from './own-dead-letters.js';
import { Queues } from './queues.js';
import { RedrivePolicies } from './redrive-policies.js';

interface Account {
  readonly existing?: readonly string[];
  readonly configured?: Readonly<Record<string, string>>;
  readonly createMissing?: boolean;
  /** The answer to a request for the redrive policy. */
  readonly policy?: () => string | undefined;
}

/** The dead-letter queues in an account with these queues. */
function inAccount({
  existing = ['orders', 'orders-dlq', 'shared-dlq'],
  configured = {},
  createMissing = false,
  policy = () => undefined,
}: Account = {}) {
  const { client, asked } = fakeClient(({ name, input }) => {
    const queue = String(input.QueueName);
    if (name === 'GetQueueAttributes') return { Attributes: { RedrivePolicy: policy() } };
    if (name === 'GetQueueUrl' && !existing.includes(queue)) throw sqsError('QueueDoesNotExist');
    return { QueueUrl: `url-of-${queue}` };
  });
  const queues = new Queues({ clients: clientsOf(client), configured, createMissing, suppress });
  const ownDeadLetters = new OwnDeadLetters(queues, new RedrivePolicies(suppress));
  const inputsOf = (name: string) =>
    asked.filter((one) => one.name === name).map(({ input }) => input);
  return { queues, ownDeadLetters, inputsOf };
}

const toShared = (): string =>
  JSON.stringify({
    deadLetterTargetArn: 'arn:aws:sqs:us-east-1:123456789012:shared-dlq',
    maxReceiveCount: 25,
  });

describe('OwnDeadLetters', () => {
  it('is the target of the queue’s redrive policy', async () => {
    const { ownDeadLetters } = inAccount({ policy: toShared });

    const found = await ownDeadLetters.find('orders');

    expect(found).toMatchObject({ address: { name: 'shared-dlq' }, isOfPolicy: true });
    expect(ownDeadLetters.textOf('orders')).toBe('shared-dlq');
  });

  it('recognizes its name from before and after the redrive policy was read', async () => {
    const { ownDeadLetters } = inAccount({ policy: toShared });
    const before = ownDeadLetters.textOf('orders');

    await ownDeadLetters.find('orders');
    const after = ownDeadLetters.textOf('orders');

    expect([before, after]).toEqual(['orders-dlq', 'shared-dlq']);
    expect(
      [before, after, 'another-dlq'].map((text) => ownDeadLetters.isTextOf('orders', text)),
    ).toEqual([true, true, false]);
  });

  it.each([
    ['orders', 'orders-dlq'],
    ['orders.fifo', 'orders-dlq.fifo'],
  ])('is by default that of %s with -dlq: %s', async (name, expected) => {
    const { ownDeadLetters } = inAccount({ existing: [name, expected] });

    expect(ownDeadLetters.textOf(name)).toBe(expected);
    expect(await ownDeadLetters.find(name)).toMatchObject({
      address: { name: expected },
      isOfPolicy: false,
    });
  });

  it('is the default if the queue’s attributes may not be read', async () => {
    const { ownDeadLetters } = inAccount({
      policy: () => {
        throw sqsError('AccessDenied', 403);
      },
    });

    expect(await ownDeadLetters.find('orders')).toMatchObject({ address: { name: 'orders-dlq' } });
  });

  it('is asked for again after an outage, and remembered from then on', async () => {
    const answers = [
      () => {
        throw sqsError('ServiceUnavailable', 503);
      },
      toShared,
      () => undefined,
    ];
    const { ownDeadLetters, inputsOf } = inAccount({ policy: () => answers.shift()?.() });

    await expect(ownDeadLetters.find('orders')).rejects.toMatchObject({
      code: 'TL_SQS_UNAVAILABLE',
    });
    const names = [await ownDeadLetters.find('orders'), await ownDeadLetters.find('orders')];

    expect(names.map(({ address }) => address.name)).toEqual(['shared-dlq', 'shared-dlq']);
    expect(inputsOf('GetQueueAttributes')).toHaveLength(2);
  });

  it.each([
    'arn:aws:sqs:eu-central-1:123456789012:orders',
    'https://sqs.eu-central-1.amazonaws.com/123456789012/orders',
  ])('is looked for in the account of %s', async (text) => {
    const configured = { mine: text };
    const { ownDeadLetters, inputsOf } = inAccount({ configured });

    await ownDeadLetters.find('mine');

    expect(ownDeadLetters.textOf('mine')).toBe(`${text}-dlq`);
    expect(inputsOf('GetQueueUrl')).toContainEqual({
      QueueName: 'orders-dlq',
      QueueOwnerAWSAccountId: '123456789012',
    });
  });

  it('follows a mapping of the default name', async () => {
    const { ownDeadLetters } = inAccount({ configured: { 'orders-dlq': 'shared-dlq' } });

    expect(await ownDeadLetters.find('orders')).toMatchObject({ address: { name: 'shared-dlq' } });
  });

  it('does not follow a mapping of the default name into another region', async () => {
    const configured = {
      eu: 'arn:aws:sqs:eu-central-1:123456789012:orders',
      'orders-dlq': 'arn:aws:sqs:us-west-2:123456789012:orders-dlq',
    };
    const { ownDeadLetters } = inAccount({ configured });

    expect(await ownDeadLetters.find('eu')).toMatchObject({
      reference: { place: { region: 'eu-central-1' } },
    });
  });

  it('creates a missing dead-letter queue with 14 days, also if it is handled itself', async () => {
    const { queues, ownDeadLetters, inputsOf } = inAccount({ existing: [], createMissing: true });

    await Promise.all([ownDeadLetters.find('orders-dlq'), ownDeadLetters.find('orders')]);
    await Promise.all([queues.find('orders-dlq'), queues.find('orders')]);

    expect(inputsOf('CreateQueue')).toEqual(
      expect.arrayContaining([
        { QueueName: 'orders', Attributes: {} },
        { QueueName: 'orders-dlq', Attributes: { MessageRetentionPeriod: '1209600' } },
      ]),
    );
  });

  it.each([
    ['orders', /is retried forever\.$/],
    ['orders.fifo', /is retried forever and blocks its group\.$/],
  ])('has three ways out for %s if it is missing', async (name, forever) => {
    const { ownDeadLetters } = inAccount({ existing: [name] });

    const missing = await ownDeadLetters.find(name).catch((error: unknown) => error);

    expect(missing).toMatchObject({ code: 'TL_SQS_QUEUE_MISSING', errorClass: 'blocked' });
    const { message } = missing as Error;
    expect(message).toContain(`Create "${ownDeadLetters.textOf(name)}"`);
    expect(message).toContain('createMissing: true');
    expect(message).toContain('deadLetter: false');
    expect(message).toMatch(forever);
  });
});
