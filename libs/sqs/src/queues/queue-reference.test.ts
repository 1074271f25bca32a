import { describe, expect, it } from '@jest/globals';
import { isFifo, keyOf, parseReference, referenceError, siblingOf } from './queue-reference.js';

const placeOf = (text: string): object => parseReference(text).place;

describe('parseReference', () => {
  it('reads a name', () => {
    expect(parseReference('orders')).toEqual({ text: 'orders', name: 'orders', place: {} });
  });

  it.each(['aws', 'aws-cn', 'aws-us-gov'])('reads an ARN of the partition %s', (partition) => {
    const text = `arn:${partition}:sqs:eu-central-1:123456789012:orders.fifo`;

    expect(parseReference(text)).toEqual({
      text,
      name: 'orders.fifo',
      owner: '123456789012',
      place: { region: 'eu-central-1' },
    });
  });

  it('reads name, account and region of a URL', () => {
    const url = 'https://sqs.eu-central-1.amazonaws.com/123456789012/orders.fifo';

    expect(parseReference(url)).toEqual({
      text: url,
      url,
      name: 'orders.fifo',
      owner: '123456789012',
      place: { region: 'eu-central-1' },
    });
  });

  it.each([
    ['sqs.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['sqs.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['eu-west-1.queue.amazonaws.com', 'eu-west-1'],
    ['cn-north-1.queue.amazonaws.com.cn', 'cn-north-1'],
    ['queue.amazonaws.com', 'us-east-1'],
  ])('knows the region of %s, whose requests go to the endpoint of the region', (host, region) => {
    expect(placeOf(`https://${host}/123456789012/orders`)).toEqual({ region });
  });

  it.each([
    ['sqs-fips.us-east-1.amazonaws.com', 'us-east-1'],
    ['sqs.eu-central-1.api.aws', 'eu-central-1'],
    ['vpce-0abc-1def.sqs.eu-central-1.vpce.amazonaws.com', 'eu-central-1'],
    ['vpce-0abc-1def-eu-central-1a.sqs.eu-central-1.vpce.amazonaws.com', 'eu-central-1'],
    ['sqs.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'],
  ])('knows the region of %s, whose requests go there', (host, region) => {
    const endpoint = `https://${host}`;

    expect(placeOf(`${endpoint}/123456789012/orders`)).toEqual({ region, endpoint });
  });

  it.each([
    ['http://127.0.0.1:9324/000000000000/orders', 'http://127.0.0.1:9324'],
    ['http://localhost/queue/orders', 'http://localhost'],
    ['https://sqs.eu-central-1.amazonaws.com.example.com/1/orders', undefined],
  ])('takes the endpoint of %s from the URL, in the configured region', (url, endpoint) => {
    expect(placeOf(url)).toEqual({ endpoint: endpoint ?? new URL(url).origin });
  });

  it.each([
    'http://sqs.eu-central-1.localhost.localstack.cloud:4566/000000000000/orders',
    'http://localhost:4566/queue/eu-central-1/000000000000/orders',
  ])('reads the region that LocalStack writes into %s', (url) => {
    expect(placeOf(url)).toEqual({ region: 'eu-central-1', endpoint: new URL(url).origin });
  });
});

describe('keyOf', () => {
  it('is the same for the URL and the ARN of a queue of AWS', () => {
    const url = parseReference('https://sqs.eu-central-1.amazonaws.com/123456789012/orders');
    const arn = parseReference('arn:aws:sqs:eu-central-1:123456789012:orders');

    expect(keyOf(url)).toBe(keyOf(arn));
  });

  it('differs where the region, the account, the endpoint or the name differs', () => {
    const keys = [
      'orders',
      'arn:aws:sqs:eu-central-1:123456789012:orders',
      'arn:aws:sqs:eu-central-1:123456789012:bills',
      'arn:aws:sqs:eu-west-1:123456789012:orders',
      'arn:aws:sqs:eu-central-1:210987654321:orders',
      'http://localhost:9324/000000000000/orders',
      'http://localhost:9325/000000000000/orders',
    ].map((text) => keyOf(parseReference(text)));

    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('siblingOf', () => {
  it.each([
    ['orders', 'orders-dlq'],
    [
      'arn:aws:sqs:eu-central-1:123456789012:orders',
      'arn:aws:sqs:eu-central-1:123456789012:orders-dlq',
    ],
    ['http://127.0.0.1:9324/000000000000/orders', 'http://127.0.0.1:9324/000000000000/orders-dlq'],
  ])('of %s is in the same place', (text, expected) => {
    const reference = parseReference(text);
    const { url: _, ...sibling } = parseReference(expected);

    expect(siblingOf(reference, 'orders-dlq')).toEqual(sibling);
  });
});

describe('referenceError', () => {
  it.each([
    ['arn:aws:sns:eu-central-1:123456789012:orders', 'belongs to the service "sns"'],
    ['arn:aws:sqs::123456789012:orders', 'has no region'],
    ['arn:aws:sqs:eu-central-1:1234:orders', 'has no account of 12 digits'],
    ['arn:aws:sqs:eu-central-1:123456789012:', 'has no valid name'],
    ['arn:aws:sqs:eu-central-1:123456789012:a/b', 'has no valid name'],
    ['https://sqs.eu-central-1.amazonaws.com/', 'contains no queue name'],
    ['https://', 'contains no queue name'],
    ['', 'is not text'],
    [7, 'is not text'],
  ])('refuses %j', (text, why) => {
    const error = referenceError('orders', text);

    expect(error).toMatchObject({ code: 'TL_OPTION_INVALID' });
    expect(error?.message).toContain(why);
    expect(error?.message).toContain("'orders'");
  });

  it.each([
    'orders',
    'orders.fifo',
    'arn:aws:sqs:eu-central-1:123456789012:orders',
    'http://localhost:9324/000000000000/orders',
  ])('takes %s', (text) => {
    expect(referenceError('orders', text)).toBeUndefined();
  });
});

describe('isFifo', () => {
  it('depends on the ending, as in SQS', () => {
    expect([isFifo('orders.fifo'), isFifo('orders'), isFifo('fifo')]).toEqual([true, false, false]);
  });
});
