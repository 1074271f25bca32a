import { GetQueueUrlCommand, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { env } from 'node:process';
import type { Place } from '../queues/queue-reference.js';
import { Clients } from './clients.js';

/** What a test reads of a request. */
interface Sent {
  readonly hostname: string;
  readonly port?: number;
  readonly headers: Readonly<Record<string, string>>;
}

const KEYS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Where a request of the client for a place goes, and the region that it is signed for. */
async function requestTo(place: Place, config: SQSClientConfig = {}) {
  const sent: { readonly host: string; readonly region: string | undefined }[] = [];
  const requestHandler = {
    handle: ({ hostname, port, headers }: Sent): Promise<never> => {
      const [, region] = /^AWS4-HMAC-SHA256 Credential=\w+\/\d+\/([\w-]+)\//.exec(
        headers.authorization ?? '',
      ) ?? [''];
      sent.push({ host: `${hostname}${port === undefined ? '' : `:${port}`}`, region });
      return Promise.reject(new Error('not sent'));
    },
  };
  const clients = new Clients(
    { region: 'us-east-1', credentials: KEYS, maxAttempts: 1, ...config, requestHandler },
    1_000,
  );
  const client = await clients.at(place);
  await client.send(new GetQueueUrlCommand({ QueueName: 'orders' })).catch(() => undefined);
  const facts = clients.facts(place);
  clients.close();
  return { ...sent[0], isHome: client === clients.home, facts };
}

describe('Clients', () => {
  afterEach(() => {
    delete env.AWS_ENDPOINT_URL_SQS;
  });

  it('has one client for what the SDK is configured to use', async () => {
    for (const place of [{}, { region: 'us-east-1' }]) {
      expect(await requestTo(place)).toMatchObject({
        host: 'sqs.us-east-1.amazonaws.com',
        region: 'us-east-1',
        isHome: true,
      });
    }
  });

  it('sends to another region, signed for it', async () => {
    expect(await requestTo({ region: 'eu-central-1' })).toEqual({
      host: 'sqs.eu-central-1.amazonaws.com',
      region: 'eu-central-1',
      isHome: false,
      facts: { region: 'eu-central-1', address: 'sqs.eu-central-1.amazonaws.com', port: 443 },
    });
  });

  it('sends to the endpoint of a URL, signed for the configured region', async () => {
    expect(await requestTo({ endpoint: 'http://localhost:9324' })).toEqual({
      host: 'localhost:9324',
      region: 'us-east-1',
      isHome: false,
      facts: { region: 'us-east-1', address: 'localhost', port: 9324 },
    });
  });

  it.each<SQSClientConfig>([{ useFipsEndpoint: true }, { useDualstackEndpoint: true }])(
    'sends to the endpoint of a URL, which the SDK refuses beside %j',
    async (config) => {
      expect(await requestTo({ endpoint: 'http://localhost:9324' }, config)).toMatchObject({
        host: 'localhost:9324',
      });
    },
  );

  it.each([
    ['the option', (endpoint: string) => ({ endpoint })],
    [
      'the environment',
      (endpoint: string) => {
        env.AWS_ENDPOINT_URL_SQS = endpoint;
        return {};
      },
    ],
  ])('keeps an endpoint of %s that serves every region', async (_, configure) => {
    const config = configure('http://localhost:4566');

    expect(await requestTo({ region: 'eu-central-1' }, config)).toEqual({
      host: 'localhost:4566',
      region: 'eu-central-1',
      isHome: false,
      facts: { region: 'eu-central-1', address: 'localhost', port: 4566 },
    });
    expect(await requestTo({ endpoint: 'http://localhost:4566' }, config)).toMatchObject({
      isHome: true,
    });
    expect(await requestTo({ endpoint: 'http://localhost:9324' }, config)).toMatchObject({
      host: 'localhost:9324',
    });
  });

  it.each([
    ['eu-central-1', 'sqs.eu-central-1.amazonaws.com'],
    ['us-east-1', 'vpce-1-2.sqs.us-east-1.vpce.amazonaws.com'],
  ])('does not send to an endpoint of AWS for another region: %s', async (region, host) => {
    const endpoint = 'https://vpce-1-2.sqs.us-east-1.vpce.amazonaws.com';

    expect(await requestTo({ region }, { endpoint })).toMatchObject({ host, region });
  });

  it('has one client for each region and endpoint', async () => {
    const clients = new Clients({ region: 'us-east-1', credentials: KEYS }, 1_000);

    const all = await Promise.all(
      [
        { region: 'eu-central-1' },
        { region: 'eu-central-1' },
        { region: 'eu-west-1' },
        { endpoint: 'http://localhost:9324' },
        { endpoint: 'http://localhost:9324' },
      ].map((place) => clients.at(place)),
    );
    clients.close();

    expect(new Set(all).size).toBe(3);
  });

  it.each([
    ['the account of the credentials', '123456789012', true],
    ['another account', '210987654321', false],
  ])('says whether a queue of AWS is its own: %s', async (_, account, isOwn) => {
    const credentials = { ...KEYS, accountId: '123456789012' };
    const clients = new Clients({ region: 'us-east-1', credentials }, 1_000);

    expect(await clients.isOwn({ region: 'eu-central-1' }, account)).toBe(isOwn);
    clients.close();
  });

  it('does not take a queue of AWS for its own if the credentials name no account', async () => {
    const clients = new Clients({ region: 'us-east-1', credentials: KEYS }, 1_000);

    expect(await clients.isOwn({ region: 'eu-central-1' }, '123456789012')).toBe(false);
    expect(await clients.isOwn({ endpoint: 'http://localhost:9324' }, '000000000000')).toBe(true);
    clients.close();
  });
});
