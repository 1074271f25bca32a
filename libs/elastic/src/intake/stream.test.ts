import { describe, expect, it } from '@jest/globals';
import { IntakeStream } from './stream.fixture.js';

/** The checks that everything passes which the tests of this room make the agent send. */
describe('the checks of what is sent', () => {
  const metadata = {
    metadata: { service: { name: 'orders', agent: { name: 'nodejs', version: '4.18.0' } } },
  };
  const ids = { id: '00f067aa0ba902b7', trace_id: '0af7651916cd43dd8448eb211c80319c' };
  const transaction = {
    ...ids,
    name: 'SQS RECEIVE from q',
    type: 'messaging',
    duration: 1.5,
    timestamp: Date.now() * 1_000,
    result: 'success',
    outcome: 'success',
    sampled: true,
    span_count: { started: 0 },
  };
  const span = {
    ...ids,
    transaction_id: 'b7ad6b7169203331',
    parent_id: 'b7ad6b7169203331',
    name: 'SQS SEND to q',
    type: 'messaging',
    subtype: 'sqs',
    action: 'send',
    duration: 1,
    timestamp: Date.now() * 1_000,
    sync: false,
    outcome: 'success',
  };
  const problemsWith = (...events: readonly object[]): readonly string[] => {
    const stream = new IntakeStream();
    stream.take(events.map((event) => JSON.stringify(event)).join('\n'));
    return stream.problems;
  };

  it('take what the APM Server takes', () => {
    expect(
      problemsWith(metadata, { transaction }, { span: { ...span, id: '1'.repeat(16) } }),
    ).toEqual([]);
  });

  it.each<[string, object]>([
    ['an id that is no hex', { transaction: { ...transaction, id: 'zz' } }],
    ['an id of zeros', { transaction: { ...transaction, trace_id: '0'.repeat(32) } }],
    ['an id too short', { span: { ...span, parent_id: 'b7ad' } }],
    ['a span without a parent', { span: { ...span, parent_id: undefined } }],
    ['a link of zeros', { transaction: { ...transaction, links: [{ ...ids, span_id: '0' }] } }],
    [
      'a negative age',
      { transaction: { ...transaction, context: { message: { age: { ms: -5 } } } } },
    ],
    ['a name too long', { transaction: { ...transaction, name: 'q'.repeat(1_025) } }],
    ['a label that is an object', { span: { ...span, context: { tags: { to: {} } } } }],
    ['a span that goes nowhere', { span: { ...span, context: { service: { target: {} } } } }],
    ['milliseconds', { transaction: { ...transaction, timestamp: Date.now() } }],
    ['a field that nobody knows', { transaction: { ...transaction, spans: 1 } }],
    ['an event that nobody knows', { event: transaction }],
    ['an error that says nothing', { error: { ...ids, id: '1'.repeat(32) } }],
  ])('find %s', (_, event) => {
    expect(problemsWith(metadata, event)).toHaveLength(1);
  });

  it('find an event that was sent twice, and a stream without metadata', () => {
    expect(problemsWith(metadata, { transaction }, { span })).toEqual([
      '00f067aa0ba902b7 was sent twice',
    ]);
    expect(problemsWith({ transaction })).toEqual(['a request without metadata']);
  });
});
