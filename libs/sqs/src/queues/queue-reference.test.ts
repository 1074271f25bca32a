import { describe, expect, it } from '@jest/globals';
import { isFifo, parseReference } from './queue-reference.js';

describe('parseReference', () => {
  it('reads a name', () => {
    expect(parseReference('orders')).toEqual({ kind: 'name', name: 'orders' });
  });

  it.each([
    'https://sqs.eu-central-1.amazonaws.com/123456789012/orders.fifo',
    'http://127.0.0.1:9324/000000000000/orders.fifo',
  ])('reads the URL %s', (url) => {
    expect(parseReference(url)).toEqual({ kind: 'url', url, name: 'orders.fifo' });
  });

  it.each(['aws', 'aws-cn', 'aws-us-gov'])('reads an ARN of the partition %s', (partition) => {
    expect(parseReference(`arn:${partition}:sqs:eu-central-1:123456789012:orders.fifo`)).toEqual({
      kind: 'name',
      name: 'orders.fifo',
      owner: '123456789012',
    });
  });

  it('treats any other text as a name, for SQS to refuse', () => {
    expect(parseReference('arn:aws:sns:eu-central-1:123456789012:orders').kind).toBe('name');
  });
});

describe('isFifo', () => {
  it('depends on the ending, as in SQS', () => {
    expect([isFifo('orders.fifo'), isFifo('orders'), isFifo('fifo')]).toEqual([true, false, false]);
  });
});
