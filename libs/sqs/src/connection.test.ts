import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { combined } from '#base';
import { type Outbound } from 'throughline/transport';
import { queue, type QueueTerms } from './channel.js';
import { z } from 'zod';
import { SqsConnection } from './connection.js';
import { suppress } from './client/fake-client.fixture.js';
import { fakeHealth } from './queues/fake-health.fixture.js';

interface Reply {
  readonly status: number;
  readonly body: object;
}

const found: Reply = { status: 200, body: { QueueUrl: 'http://queues/1/orders' } };
const sent: Reply = { status: 200, body: { Successful: [{ Id: '0', MessageId: 'm1' }] } };
const failed = (status: number, code: string): Reply => ({
  status,
  body: { __type: `com.amazonaws.sqs#${code}`, message: 'no' },
});
const KEYS = { accessKeyId: 'test', secretAccessKey: 'test' };
const message: Outbound<QueueTerms> = {
  channel: queue('orders', { schema: z.unknown() }),
  body: '{}',
  key: null,
  headers: {},
  timeout: 5_000,
};

describe('SqsConnection', () => {
  const open: { server?: Server; connection?: SqsConnection } = {};
  afterEach(async () => {
    await open.connection?.close();
    open.server?.closeAllConnections();
    open.server?.close();
  });

  /** A connection to an SQS that gives these replies to each action in turn, and repeats the last one. */
  async function connectTo(
    replies: Readonly<Record<string, readonly Reply[]>>,
    credentials: () => Promise<typeof KEYS & { expiration: Date }> = expiringCredentials,
    beforeReply: (action: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<SqsConnection> {
    const left = new Map(Object.entries(replies).map(([action, some]) => [action, [...some]]));
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        const action = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
        const some = left.get(action) ?? [];
        const reply = (some.length > 1 ? some.shift() : some[0]) ?? failed(500, 'InternalError');
        void beforeReply(action).then(() => {
          response.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.0' });
          response.end(JSON.stringify(reply.body));
        });
      });
    });
    open.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    open.connection = new SqsConnection(
      { client: { endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 } },
      { name: 'test', suppress, health: fakeHealth().health },
    );
    return open.connection;
  }

  it.each([
    ['SQS is unavailable', [failed(503, 'ServiceUnavailable'), failed(400, 'Throttling')]],
    ['an answer does not come from SQS', [{ status: 200, body: {} }]],
  ])('waits for the queue of a first publish if %s', async (_, replies) => {
    const connection = await connectTo({
      GetQueueUrl: [...replies, found],
      SendMessageBatch: [sent],
    });

    await expect(connection.send(message)).resolves.toMatchObject({ id: 'm1' });
  });

  it('sends one request at a time to a FIFO queue, whatever names the code uses for it', async () => {
    const begun: string[] = [];
    let inFlight = 0;
    let most = 0;
    const connection = await connectTo(
      {
        GetQueueUrl: [
          { status: 200, body: { QueueUrl: 'http://queues/000000000001/orders.fifo' } },
        ],
        SendMessageBatch: [sent],
      },
      expiringCredentials,
      async (action) => {
        begun.push(action);
        if (action !== 'SendMessageBatch') return;
        inFlight += 1;
        most = Math.max(most, inFlight);
        await new Promise((resolve) => setTimeout(resolve, 50));
        inFlight -= 1;
      },
    );
    const names = ['orders.fifo', 'arn:aws:sqs:eu-central-1:000000000001:orders.fifo'];
    const channels = names.map((name) => queue(name, { schema: z.unknown() }));
    const send = async (channel: (typeof channels)[number]): Promise<void> => {
      await connection.send({ ...message, channel, key: 'a' });
    };
    for (const channel of channels) await send(channel);

    await Promise.all([...channels, ...channels].map(send));

    expect(begun.filter((action) => action === 'GetQueueUrl')).toHaveLength(2);
    expect(most).toBe(1);
  });

  it('rejects a first publish as unavailable after its timeout', async () => {
    const connection = await connectTo({});

    await expect(connection.send({ ...message, timeout: 300 })).rejects.toMatchObject({
      code: 'TL_SQS_UNAVAILABLE',
    });
  });

  it.each([
    ['AccessDenied', 'TL_SQS_DENIED'],
    ['QueueDoesNotExist', 'TL_SQS_QUEUE_MISSING'],
  ])('rejects a first publish at once, as blocked, on %s', async (name, code) => {
    const connection = await connectTo({ GetQueueUrl: [failed(400, name)] });

    await expect(connection.send(message)).rejects.toMatchObject({ code, errorClass: 'blocked' });
  });

  it('waits for credentials that are no longer available', async () => {
    let rejections = 0;
    const connection = await connectTo({ GetQueueUrl: [found], SendMessageBatch: [sent] }, () => {
      if (rejections === 0) return expiringCredentials();
      rejections -= 1;
      return Promise.reject(noCredentials());
    });
    await connection.send(message);
    rejections = 3;

    await expect(connection.send(message)).resolves.toMatchObject({ id: 'm1' });
    expect(rejections).toBe(0);
  });

  it('reports wrong credentials at once until a request has succeeded', async () => {
    const connection = await connectTo({ GetQueueUrl: [failed(403, 'InvalidClientTokenId')] });

    await expect(connection.send(message)).rejects.toMatchObject({ code: 'TL_SQS_CREDENTIALS' });
  });

  it('reports invalid credentials in the same words for each queue, so that they are shown once', async () => {
    const connection = await connectTo({ GetQueueUrl: [failed(403, 'InvalidClientTokenId')] });
    const handler = (name: string) => ({
      channel: queue(name, { schema: z.unknown() }),
      options: {},
      name,
    });

    const errors = await connection.check([handler('orders'), handler('bills')]);

    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['TL_SQS_CREDENTIALS']));
    expect(combined(errors).code).toBe('TL_SQS_CREDENTIALS');
  });

  it('refuses to start without a region', async () => {
    const region = (): Promise<string> => Promise.reject(new Error('Region is missing'));
    const connection = new SqsConnection(
      { client: { region, credentials: KEYS } },
      { name: 'test', suppress, health: fakeHealth().health },
    );
    open.connection = connection;

    await expect(connection.check([])).rejects.toMatchObject({ code: 'TL_SQS_REGION_MISSING' });
  });
});

/** The client asks for them again before each request. */
const expiringCredentials = (): Promise<typeof KEYS & { expiration: Date }> =>
  Promise.resolve({ ...KEYS, expiration: new Date(Date.now() + 1_000) });

const noCredentials = (): Error =>
  Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
