import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  CreateQueueCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmbeddedSqs, type EmbeddedSqs } from 'throughline/testing';
import { watchAwsLimits, type AwsLimitsWatch } from './watch-aws-limits.js';

let server: EmbeddedSqs;
beforeAll(async () => {
  server = await startEmbeddedSqs();
});
afterAll(() => server.stop());

/** A client whose requests are checked, and a queue. */
async function openQueues(name: string, now?: () => number) {
  const watch: AwsLimitsWatch = watchAwsLimits(now && { now });
  const { requestHandler } = new SQSClient({}).config;
  const client = new SQSClient({ ...server.client, requestHandler: watch.around(requestHandler) });
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: name }));
  return { watch, client, QueueUrl };
}

describe('a client whose requests are checked', () => {
  it('works as any other, and its requests are counted', async () => {
    const { watch, client, QueueUrl } = await openQueues('good');

    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'ünïcödé' }));
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    const ReceiptHandle = Messages[0]?.ReceiptHandle;
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    client.destroy();

    expect(Messages.map(({ Body }) => Body)).toEqual(['ünïcödé']);
    expect(watch.violations).toEqual([]);
    expect(watch.refusals).toEqual([]);
    expect([...watch.requests]).toEqual([
      ['CreateQueue', 1],
      ['SendMessage', 1],
      ['ReceiveMessage', 1],
      ['DeleteMessage', 1],
    ]);
  });

  it('sends a request that AWS would refuse, and reports it', async () => {
    const { watch, client, QueueUrl } = await openQueues('bad');
    const Entries = ['a.b', 'a.c'].map((Id) => ({ Id, MessageBody: '{}' }));

    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries })).catch(() => undefined);
    client.destroy();

    expect(watch.violations.map(({ operation, was }) => [operation, was])).toEqual([
      ['SendMessageBatch', 'a.b'],
      ['SendMessageBatch', 'a.c'],
    ]);
    expect(watch.requests.get('SendMessageBatch')).toBe(1);
  });

  it('reports what the server refuses', async () => {
    const { watch, client } = await openQueues('refused');

    const asked = client.send(new GetQueueUrlCommand({ QueueName: 'nowhere' }));
    await expect(asked).rejects.toThrow();
    client.destroy();

    expect(watch.refusals).toEqual([{ operation: 'GetQueueUrl', code: 'QueueDoesNotExist' }]);
    expect(watch.violations).toEqual([]);
  });

  it('reports a receipt that was deleted before, but not one whose delete crossed the request', async () => {
    const { watch, client, QueueUrl } = await openQueues('crossed');
    const receive = async (): Promise<string | undefined> => {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
      return Messages[0]?.ReceiptHandle;
    };
    const remove = (ReceiptHandle: string | undefined): Promise<unknown> =>
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const extend = (ReceiptHandle: string | undefined): Promise<unknown> => {
      const Entries = [{ Id: 'only', ReceiptHandle, VisibilityTimeout: 30 }];
      return client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    };

    const crossing = await receive();
    await Promise.all([remove(crossing), extend(crossing)]);
    const afterCrossing = [...watch.refusals];
    const deleted = await receive();
    await remove(deleted);
    await extend(deleted);
    client.destroy();

    expect(afterCrossing).toEqual([]);
    expect(watch.refusals).toEqual([
      { operation: 'ChangeMessageVisibilityBatch', code: 'ReceiptHandleIsInvalid' },
    ]);
  });

  it('cannot hide a message for more than 12 hours since it asked for it', async () => {
    let now = Date.now();
    const { watch, client, QueueUrl } = await openQueues('long', () => now);
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    const ReceiptHandle = Messages[0]?.ReceiptHandle;
    const hide = (VisibilityTimeout: number): Promise<unknown> =>
      client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }),
      );

    await hide(43_200);
    now += 1_000;
    await hide(43_200);
    client.destroy();

    expect(watch.violations).toEqual([
      {
        operation: 'ChangeMessageVisibility',
        limit: 'VisibilityTimeout: at most 12 h since the receive',
        was: '43200',
      },
    ]);
  });
});
