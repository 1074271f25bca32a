import { describe, expect, it } from '@jest/globals';
import { limitsOf } from './limits.js';
import { Receipts } from './receipts.js';

const HOUR = 60 * 60 * 1_000;
const MIB = 1_048_576;
const STANDARD = { QueueUrl: 'https://sqs.test/1/orders' };
const FIFO = { QueueUrl: 'https://sqs.test/1/orders.fifo' };

const limits = limitsOf(new Receipts(() => 0));

const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const send = (more: object, queue = STANDARD) => ({ ...queue, MessageBody: '{}', ...more });
const withAttribute = (name: string, attribute: object) =>
  send({ MessageAttributes: { [name]: attribute } });
const ten = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`h${at}`, text('v')]));
const entries = (count: number, more: object = {}) => ({
  ...STANDARD,
  Entries: Array.from({ length: count }, (_, at) => ({
    Id: String(at),
    MessageBody: '{}',
    ReceiptHandle: 'r',
    VisibilityTimeout: 30,
    ...more,
  })),
});
const grouped = { MessageGroupId: 'g', MessageDeduplicationId: 'd' };

describe('what AWS takes', () => {
  it.each<[string, string, object]>([
    ['10 attributes', 'SendMessage', send({ MessageAttributes: ten })],
    ['text of any language', 'SendMessage', send({ MessageBody: 'ünïcödé \u{1f600}\t\r\n' })],
    ['1 MiB', 'SendMessage', send({ MessageBody: 'x'.repeat(MIB) })],
    ['bytes', 'SendMessage', withAttribute('b', { DataType: 'Binary', BinaryValue: 'AAE=' })],
    ['a number', 'SendMessage', withAttribute('n', { DataType: 'Number', StringValue: '-1.5e3' })],
    ['a label', 'SendMessage', withAttribute('n', { DataType: 'String.json', StringValue: '{}' })],
    ['a delay', 'SendMessage', send({ DelaySeconds: 900 })],
    ['a group for fairness', 'SendMessage', send({ MessageGroupId: 'tenant-1' })],
    ['FIFO', 'SendMessage', send(grouped, FIFO)],
    ['a batch of 1 MiB', 'SendMessageBatch', entries(4, { MessageBody: 'x'.repeat(MIB / 4) })],
    ['10 deletes', 'DeleteMessageBatch', entries(10)],
    ['one delete', 'DeleteMessage', { ...STANDARD, ReceiptHandle: 'r' }],
    ['10 changes', 'ChangeMessageVisibilityBatch', entries(10)],
    [
      'a receive',
      'ReceiveMessage',
      { ...STANDARD, MaxNumberOfMessages: 10, WaitTimeSeconds: 20, VisibilityTimeout: 43_200 },
    ],
    ['a look for a queue', 'GetQueueUrl', { QueueName: 'orders-dlq.fifo' }],
    ['a question', 'GetQueueAttributes', { ...STANDARD, AttributeNames: ['RedrivePolicy'] }],
    ['a queue', 'CreateQueue', { QueueName: 'q', Attributes: { VisibilityTimeout: '30' } }],
    ['a FIFO queue', 'CreateQueue', { QueueName: 'q.fifo', Attributes: { FifoQueue: 'true' } }],
  ])('%s', (_, operation, input) => {
    expect(limits(operation, input)).toEqual([]);
  });
});

describe('what AWS refuses', () => {
  const eleven = { ...ten, more: text('v') };
  it.each<[string, string, object, RegExp]>([
    ['no body', 'SendMessage', send({ MessageBody: '' }), /^a body: one character/],
    ['a control character', 'SendMessage', send({ MessageBody: 'a\u0001' }), /^a body: XML/],
    ['a lone surrogate', 'SendMessage', send({ MessageBody: 'a\ud800' }), /^a body: XML/],
    ['U+FFFF', 'SendMessage', send({ MessageBody: '\uffff' }), /^a body: XML/],
    ['more than 1 MiB', 'SendMessage', send({ MessageBody: 'x'.repeat(MIB + 1) }), /^a message: /],
    [
      'more than 1 MiB in all of UTF-8',
      'SendMessage',
      send({ MessageBody: 'ü'.repeat(MIB / 2), MessageAttributes: { a: text('v') } }),
      /^a message: 1,048,576 bytes/,
    ],
    ['11 attributes', 'SendMessage', send({ MessageAttributes: eleven }), /^at most 10/],
    ['an empty value', 'SendMessage', withAttribute('a', text('')), /value: not empty/],
    [
      'bytes for text',
      'SendMessage',
      withAttribute('a', { DataType: 'String', BinaryValue: 'AA==' }),
      /value: not empty, and of its type/,
    ],
    ['a strange text', 'SendMessage', withAttribute('a', text('\u0001')), /^an attribute’s text/],
    [
      'an unknown type',
      'SendMessage',
      withAttribute('a', { DataType: 'Text', StringValue: 'v' }),
      /’s type/,
    ],
    [
      'a type that is too long',
      'SendMessage',
      withAttribute('a', { DataType: `String.${'x'.repeat(250)}`, StringValue: 'v' }),
      /’s type/,
    ],
    [
      'no number',
      'SendMessage',
      withAttribute('a', { DataType: 'Number', StringValue: 'x' }),
      /38/,
    ],
    [
      'a number of 39 digits',
      'SendMessage',
      withAttribute('a', { DataType: 'Number', StringValue: '1'.repeat(39) }),
      /38 digits/,
    ],
    ['a name with a space', 'SendMessage', withAttribute('no name', text('v')), /’s name/],
    ['a name of AWS', 'SendMessage', withAttribute('aws.x', text('v')), /’s name/],
    ['a name of Amazon', 'SendMessage', withAttribute('Amazon.x', text('v')), /’s name/],
    ['a name that begins with a dot', 'SendMessage', withAttribute('.x', text('v')), /’s name/],
    ['a name that ends with a dot', 'SendMessage', withAttribute('x.', text('v')), /’s name/],
    ['two dots in a name', 'SendMessage', withAttribute('x..y', text('v')), /’s name/],
    ['a name of 257', 'SendMessage', withAttribute('x'.repeat(257), text('v')), /’s name/],
    [
      'another system attribute',
      'SendMessage',
      send({ MessageSystemAttributes: { traceparent: text('v') } }),
      /AWSTraceHeader alone/,
    ],
    ['a long delay', 'SendMessage', send({ DelaySeconds: 901 }), /^DelaySeconds: 0 to 900/],
    ['a part of a second', 'SendMessage', send({ DelaySeconds: 1.5 }), /^DelaySeconds/],
    ['a delay on FIFO', 'SendMessage', send({ ...grouped, DelaySeconds: 1 }, FIFO), /^no Delay/],
    [
      'no group',
      'SendMessage',
      send({ MessageDeduplicationId: 'd' }, FIFO),
      /^MessageGroupId with/,
    ],
    ['no deduplication', 'SendMessage', send({ MessageGroupId: 'g' }, FIFO), /^MessageDedup/],
    ['deduplication elsewhere', 'SendMessage', send(grouped), /^no MessageDeduplicationId/],
    ['a group with a space', 'SendMessage', send({ MessageGroupId: 'a b' }), /^MessageGroupId: 1/],
    ['a group of 129', 'SendMessage', send({ MessageGroupId: 'g'.repeat(129) }), /^MessageGroupId/],
    [
      'a deduplication id of another alphabet',
      'SendMessage',
      send({ ...grouped, MessageDeduplicationId: 'ü' }, FIFO),
      /^MessageDeduplicationId: 1 to 128/,
    ],
    ['11 entries', 'SendMessageBatch', entries(11), /^a batch: 1 to 10 entries/],
    ['no entries', 'DeleteMessageBatch', entries(0), /^a batch: 1 to 10 entries/],
    ['two of one Id', 'DeleteMessageBatch', entries(2, { Id: 'a' }), /an Id of its own/],
    ['an Id of 81', 'DeleteMessageBatch', entries(1, { Id: 'x'.repeat(81) }), /^an entry’s Id/],
    ['an Id with a dot', 'SendMessageBatch', entries(1, { Id: 'a.b' }), /^an entry’s Id/],
    [
      'a batch of more than 1 MiB',
      'SendMessageBatch',
      entries(3, { MessageBody: 'x'.repeat(MIB / 2) }),
      /^a batch: 1,048,576 bytes/,
    ],
    ['a bad entry', 'SendMessageBatch', entries(2, { DelaySeconds: -1 }), /^DelaySeconds/],
    ['no receipt', 'DeleteMessage', { ...STANDARD, ReceiptHandle: '' }, /^a ReceiptHandle/],
    [
      'no receipt at all',
      'DeleteMessageBatch',
      entries(1, { ReceiptHandle: undefined }),
      /^the form of Entries.0.ReceiptHandle/,
    ],
    [
      'hidden for part of a second',
      'ChangeMessageVisibilityBatch',
      entries(1, { VisibilityTimeout: 0.5 }),
      /^Visib/,
    ],
    [
      'a negative timeout',
      'ChangeMessageVisibility',
      { ...STANDARD, ReceiptHandle: 'r', VisibilityTimeout: -1 },
      /^VisibilityTimeout: 0 to 43200/,
    ],
    ['a receive of 11', 'ReceiveMessage', { ...STANDARD, MaxNumberOfMessages: 11 }, /^MaxNumber/],
    ['a receive of none', 'ReceiveMessage', { ...STANDARD, MaxNumberOfMessages: 0 }, /^MaxNumber/],
    ['a wait of 21 s', 'ReceiveMessage', { ...STANDARD, WaitTimeSeconds: 21 }, /^WaitTime/],
    ['hidden for 13 h', 'ReceiveMessage', { ...STANDARD, VisibilityTimeout: 46_800 }, /^Visib/],
    [
      'an unknown attribute',
      'ReceiveMessage',
      { ...STANDARD, MessageSystemAttributeNames: ['Nothing'] },
      /^MessageSystemAttributeNames/,
    ],
    ['a queue with a slash', 'GetQueueUrl', { QueueName: 'a/b' }, /^a queue’s name/],
    ['a name of 81', 'CreateQueue', { QueueName: 'q'.repeat(81) }, /^a queue’s name/],
    [
      'an account of 3',
      'GetQueueUrl',
      { QueueName: 'q', QueueOwnerAWSAccountId: '123' },
      /^an acc/,
    ],
    [
      'an unknown question',
      'GetQueueAttributes',
      { ...STANDARD, AttributeNames: ['X'] },
      /^Attrib/,
    ],
    [
      'FIFO without its ending',
      'CreateQueue',
      { QueueName: 'q', Attributes: { FifoQueue: 'true' } },
      /^a FIFO queue/,
    ],
    ['an ending without FIFO', 'CreateQueue', { QueueName: 'q.fifo' }, /^a FIFO queue/],
    [
      '13 h for all',
      'CreateQueue',
      { QueueName: 'q', Attributes: { VisibilityTimeout: '46800' } },
      /^a queue’s attributes/,
    ],
    ['another operation', 'PurgeQueue', STANDARD, /^an operation whose limits are known/],
  ])('%s', (_, operation, input, limit) => {
    const violations = limits(operation, input);

    const told = new Set(violations.map(({ limit: one }) => one));
    expect([...told]).toEqual([expect.stringMatching(limit)]);
    expect(violations.every((one) => one.operation === operation && one.was.length < 150)).toBe(
      true,
    );
  });
});

describe('12 hours since the receive', () => {
  const change = (VisibilityTimeout: number) => ({
    ...STANDARD,
    ReceiptHandle: 'mine',
    VisibilityTimeout,
  });

  it('leave what is left of them, however often a message is held on to', () => {
    let now = 0;
    const receipts = new Receipts(() => now);
    const { one, batch } = {
      one: 'ChangeMessageVisibility',
      batch: 'ChangeMessageVisibilityBatch',
    };
    const held = limitsOf(receipts);
    receipts.add(['mine'], 0);

    now = 11 * HOUR;

    expect(held(one, change(3_600))).toEqual([]);
    expect(held(one, change(3_601))).toEqual([
      { operation: one, limit: 'VisibilityTimeout: at most 12 h since the receive', was: '3601' },
    ]);
    expect(held(batch, { ...STANDARD, Entries: [{ Id: '0', ...change(3_601) }] })).toHaveLength(1);
  });
});
