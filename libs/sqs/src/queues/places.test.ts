import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anyJson, type HandlerSpec } from 'throughline/transport';
import { z } from 'zod';
import { queue } from '../channel.js';
import { suppress } from '../client/fake-client.fixture.js';
import { SqsConnection } from '../connection.js';
import type { SqsOptions } from '../options.js';
import { fakeHealth } from './fake-health.fixture.js';

/** A request to a fake SQS. */
interface Asked {
  readonly server: string;
  /** For which it is signed. */
  readonly region: string | undefined;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const input = z.record(z.string(), z.unknown());
const handlerOf = (name: string, options: HandlerSpec['options'] = {}): HandlerSpec => ({
  channel: queue(name, { schema: anyJson }),
  options,
  name: `handler of ${name}`,
});

describe('an application with queues in several places', () => {
  const servers: Server[] = [];
  const connections: SqsConnection[] = [];
  const asked: Asked[] = [];
  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    asked.length = 0;
  });

  /** A fake SQS that has all queues but those whose name contains `missing`. */
  async function startSqs(name: string, policies: Readonly<Record<string, object>> = {}) {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const one: Asked = {
          server: name,
          region: /Credential=\w+\/\d+\/([\w-]+)\//.exec(request.headers.authorization ?? '')?.[1],
          action: String(request.headers['x-amz-target']).replace('AmazonSQS.', ''),
          input: input.parse(JSON.parse(Buffer.concat(chunks).toString())),
        };
        asked.push(one);
        const [status, body] = answerTo(one, policies);
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify(body));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  function answerTo(
    { action, input: { QueueName, QueueUrl } }: Asked,
    policies: Readonly<Record<string, object>>,
  ): readonly [number, object] {
    const name =
      String(QueueName ?? QueueUrl)
        .split('/')
        .at(-1) ?? '';
    if (action === 'CreateQueue') return [200, { QueueUrl: `http://created/${name}` }];
    if (name.includes('missing'))
      return [400, { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'none' }];
    if (action === 'GetQueueUrl') return [200, { QueueUrl: `http://found/${name}` }];
    if (action === 'SendMessageBatch') return [200, { Successful: [{ Id: '0', MessageId: 'm1' }] }];
    const policy = policies[name];
    return [200, { Attributes: policy && { RedrivePolicy: JSON.stringify(policy) } }];
  }

  function connect(options: SqsOptions): SqsConnection {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const connection = new SqsConnection(
      {
        ...options,
        client: { region: 'us-east-1', credentials, maxAttempts: 1, ...options.client },
      },
      { name: 'test', suppress, health: fakeHealth().health },
    );
    connections.push(connection);
    return connection;
  }

  const send = (connection: SqsConnection, name: string): Promise<unknown> =>
    connection.send({
      channel: queue(name, { schema: anyJson }),
      body: '{}',
      key: null,
      headers: {},
      timeout: 5_000,
    });

  it('sends and checks each at the origin of its URL, with its dead letters beside it', async () => {
    const [one, two] = [await startSqs('one'), await startSqs('two')];
    const urls = [`${one}/000000000000/orders`, `${two}/000000000000/orders`] as const;
    const connection = connect({ queues: { first: urls[0], second: urls[1] } });
    const handlers = ['first', 'second'].map((name) => handlerOf(name, { deadLetter: true }));

    expect(await connection.check(handlers)).toEqual([]);
    await send(connection, 'first');
    await send(connection, 'second');

    for (const [server, url] of [
      ['one', urls[0]],
      ['two', urls[1]],
    ] as const) {
      const there = asked.filter((request) => request.server === server);
      const sends = there.filter(({ action }) => action === 'SendMessageBatch');
      expect(sends.map((request) => request.input.QueueUrl)).toEqual([url]);
      expect(there).toContainEqual(
        expect.objectContaining({
          action: 'GetQueueUrl',
          input: { QueueName: 'orders-dlq', QueueOwnerAWSAccountId: '000000000000' },
        }),
      );
    }
    expect(connection.handlerGroups(handlers)).toHaveLength(2);
    expect(handlers.map((handler) => connection.deadLettersOf(handler))).toEqual(
      urls.map((url) => `${url}-dlq`),
    );
    expect(connection.destination(queue('second', { schema: anyJson }))).toMatchObject({
      destination: 'orders',
      region: 'us-east-1',
      address: '127.0.0.1',
      port: Number(new URL(two).port),
    });
  });

  it('signs requests about an ARN for its region', async () => {
    const endpoint = await startSqs('one');
    const arn = 'arn:aws:sqs:eu-central-1:123456789012:orders';
    const connection = connect({ client: { endpoint }, queues: { eu: arn } });

    await connection.check([handlerOf('eu'), handlerOf('orders')]);

    const regions = Map.groupBy(asked, ({ region }) => region);
    expect([...regions.keys()].toSorted()).toEqual(['eu-central-1', 'us-east-1']);
    expect(connection.destination(queue('eu', { schema: anyJson }))).toMatchObject({
      destination: 'orders',
      region: 'eu-central-1',
    });
    expect(connection.handlerGroups([handlerOf('eu'), handlerOf('orders')])).toHaveLength(2);
  });

  it('refuses two handlers of one queue that the code knows by a name and by an ARN', async () => {
    const endpoint = await startSqs('one');
    const arn = 'arn:aws:sqs:us-east-1:123456789012:orders';
    const connection = connect({ client: { endpoint }, queues: { alias: arn } });

    const errors = await connection.check([handlerOf('alias'), handlerOf('orders')]);

    expect(errors.map(({ code }) => code)).toEqual(['TL_HANDLER_DUPLICATE']);
    expect(errors[0]?.message).toContain('handler of alias and handler of orders');
  });

  it('refuses dead letters that would go to the handler’s own queue under another name', async () => {
    const endpoint = await startSqs('one');
    const deadLetter = queue('alias', { schema: anyJson });
    const connection = connect({ client: { endpoint }, queues: { alias: 'orders' } });

    const errors = await connection.check([handlerOf('orders', { deadLetter })]);

    expect(errors.map(({ code }) => code)).toEqual(['TL_OPTION_INVALID']);
  });

  it('does not look for dead letters that another transport stores', async () => {
    const endpoint = await startSqs('one');
    const deadLetter = queue('missing', { schema: anyJson, transport: 'eu' });

    expect(
      await connect({ client: { endpoint } }).check([handlerOf('orders', { deadLetter })]),
    ).toEqual([]);
  });

  it('reports every malformed URL and ARN at start, beside other errors', async () => {
    const connection = connect({
      client: { endpoint: await startSqs('one') },
      queues: { first: 'arn:aws:sqs:::orders', second: 'https://' },
    });
    const deadLetter = queue('arn:aws:sns:eu-central-1:123456789012:x', { schema: anyJson });

    const errors = await connection.check([
      handlerOf('arn:orders', { deadLetter }),
      handlerOf('missing'),
    ]);

    expect(errors.map(({ code }) => code)).toEqual([
      ...Array<string>(4).fill('TL_OPTION_INVALID'),
      'TL_SQS_QUEUE_MISSING',
    ]);
    await expect(send(connection, 'first')).rejects.toMatchObject({ code: 'TL_OPTION_INVALID' });
  });

  it('reports a malformed ARN during an outage, too', async () => {
    const connection = connect({
      client: { endpoint: 'http://127.0.0.1:1' },
      queues: { first: 'arn:aws:sqs:::orders' },
    });

    const errors = await connection.check([handlerOf('orders')]);

    expect(errors.map(({ code }) => code)).toEqual(['TL_OPTION_INVALID']);
  });

  describe('with createMissing', () => {
    const creations = () => asked.filter(({ action }) => action === 'CreateQueue');

    it('creates a queue at the origin of its URL, and its dead letters beside it', async () => {
      const [one, two] = [await startSqs('one'), await startSqs('two')];
      const connection = connect({
        client: { endpoint: one },
        createMissing: true,
        queues: { there: `${two}/000000000000/missing` },
      });

      await connection.check([handlerOf('there', { deadLetter: true })]);

      expect(
        creations().map(({ server, input: { QueueName } }) => `${server} ${String(QueueName)}`),
      ).toEqual(['two missing-dlq', 'two missing']);
    });

    it('creates a queue of its own account in the region of the ARN', async () => {
      const endpoint = await startSqs('one');
      const connection = connect({
        client: { endpoint },
        createMissing: true,
        queues: { there: 'arn:aws:sqs:eu-central-1:123456789012:missing' },
      });

      await connection.check([handlerOf('there')]);

      expect(creations()).toEqual([expect.objectContaining({ region: 'eu-central-1' })]);
    });
  });

  it.each([
    ['named by the redrive policy', { deadLetter: true }, 'missing-target'],
    [
      'named by the handler',
      { deadLetter: queue('missing-dlq', { schema: anyJson }) },
      'missing-dlq',
    ],
    ['known by its URL', { deadLetter: queue('by-url', { schema: anyJson }) }, 'missing-url'],
  ])('refuses a missing dead-letter queue with three ways out: %s', async (_, options, name) => {
    const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:123456789012:missing-target';
    const policy = { deadLetterTargetArn, maxReceiveCount: 100 };
    const endpoint = await startSqs('one', { orders: policy });
    const connection = connect({
      client: { endpoint },
      queues: { 'by-url': `${endpoint}/000000000000/missing-url` },
    });

    const { deadLetter } = options;
    const errors = [
      ...(typeof deadLetter === 'object'
        ? await connection.checkDeadLetterChannels([deadLetter])
        : []),
      ...(await connection.check([handlerOf('orders', options)])),
    ];

    expect(errors.map(({ code }) => code)).toEqual(['TL_SQS_QUEUE_MISSING']);
    for (const text of [`Create "${name}"`, 'createMissing: true', 'deadLetter: false']) {
      expect(errors[0]?.message).toContain(text);
    }
  });

  it('reads the redrive policy once, for the dead letters and the check of maxReceiveCount', async () => {
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:123456789012:target';
    const endpoint = await startSqs('one', { orders: { deadLetterTargetArn, maxReceiveCount: 4 } });
    const connection = connect({ client: { endpoint } });
    const handler = handlerOf('orders', { deadLetter: true, retry: { attempts: 5 } });

    const errors = await connection.check([handler]);

    expect(errors.map(({ code }) => code)).toEqual(['TL_SQS_REDRIVE_TOO_EARLY']);
    expect(connection.deadLettersOf(handler)).toBe('target');
    const reads = asked.filter(({ input: { AttributeNames } }) =>
      String(AttributeNames).includes('RedrivePolicy'),
    );
    expect(reads).toHaveLength(1);
  });
});
