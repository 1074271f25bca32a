import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { serverTime } from './server-time.js';

const NOW = Date.parse('2026-11-23T05:00:00.400Z');

/** The difference between SQS' time and ours if its answer has this `Date`. */
async function timeBy(date: string | undefined): Promise<number> {
  const client = new SQSClient({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: {
      handle: () =>
        Promise.resolve({
          response: {
            statusCode: 200,
            headers: { 'content-type': 'application/x-amz-json-1.0', ...(date && { date }) },
            body: Buffer.from('{}'),
          },
        }),
    },
  });
  const command = new GetQueueAttributesCommand({ QueueUrl: 'http://127.0.0.1:1/0/orders' });
  const time = serverTime(command);
  await client.send(command);
  client.destroy();
  return time() - NOW;
}

describe('serverTime', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    [
      'ours, to the millisecond, if the server has the same second',
      'Mon, 23 Nov 2026 05:00:00 GMT',
      0,
    ],
    ['ours, if the server’s `Date` is slightly stale', 'Mon, 23 Nov 2026 04:59:57 GMT', 0],
    ['ours, if the answer has no `Date`', undefined, 0],
    ['the server’s, if ours is behind', 'Mon, 23 Nov 2026 05:02:00 GMT', 120_599],
    ['the server’s, if ours is ahead', 'Mon, 23 Nov 2026 04:58:00 GMT', -119_401],
  ])('is %s', async (_, date, difference) => {
    jest.spyOn(Date, 'now').mockReturnValue(NOW);

    expect(await timeBy(date)).toBe(difference);
  });
});
