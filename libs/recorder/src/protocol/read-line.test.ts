import { describe, expect, it } from '@jest/globals';
import type { Line } from './lines.js';
import { readEvent, readMetadata } from './read-line.js';
import { sample } from './sample-lines.fixture.js';

const NOW = 1_790_000_100_000;

const line = (content: object | string): Line => {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return { number: 2, text, bytes: Buffer.byteLength(text) };
};
const said = (content: object | string): string[] =>
  readEvent(line(content), NOW).findings.map(
    ({ where, what, refused }) => `${refused ? 'refused' : 'taken'}: ${where}: ${what}`,
  );

describe('readEvent', () => {
  it.each([
    ['a transaction', sample.transaction()],
    ['a span', sample.span()],
    ['an error', sample.error()],
    ['a metricset', sample.metricset()],
    ['null for what may be left out', sample.transaction({ parent_id: null, links: null })],
    [
      'a field nobody knows',
      sample.span({ context: { destination: { cloud: { region: 'x' } } }, x: 1 }),
    ],
    ['a histogram', sample.metricset({ samples: { h: { values: [1, 2], counts: [3, 4] } } })],
    ['a span with a start instead of a time', sample.span({ timestamp: undefined, start: 1.5 })],
  ])('takes %s', (_, content) => {
    expect(said(content)).toEqual([]);
  });

  it('keeps fields that the schema does not name', () => {
    const { held } = readEvent(line(sample.span({ x: 1 })), NOW);
    expect(held).toMatchObject({ kind: 'span', value: { x: 1 } });
  });

  it.each([
    ['no JSON', '{"span": {', [expect.stringContaining('refused: line: is not JSON')]],
    ['a list', '[]', ['refused: line: is not an object with one key that names the event']],
    ['an unknown kind', { log: {} }, ["refused: line: did not recognize object type: 'log'"]],
    [
      'what is left out',
      sample.transaction({ id: undefined, span_count: {} }),
      [
        'refused: transaction.id: is required',
        'refused: transaction.span_count.started: is required',
      ],
    ],
    [
      'a name of 1,025 characters',
      sample.span({ name: 'x'.repeat(1_025) }),
      ['refused: span.name: Too big: expected string to have <=1024 characters'],
    ],
    [
      'a duration below 0',
      sample.span({ duration: -1 }),
      ['refused: span.duration: Too small: expected number to be >=0'],
    ],
    [
      'a span without time',
      sample.span({ timestamp: undefined }),
      ['refused: span: needs a timestamp or a start'],
    ],
    [
      'an unknown outcome',
      sample.span({ outcome: 'fine' }),
      ['refused: span.outcome: Invalid option: expected one of "success"|"failure"|"unknown"'],
    ],
    [
      'an object as a label',
      sample.span({ context: { tags: { a: {} } } }),
      ['refused: span.context.tags.a: Invalid input'],
    ],
    [
      'a link without its span',
      sample.transaction({ links: [{ trace_id: sample.traceId }] }),
      ['refused: transaction.links.0.span_id: is required'],
    ],
    [
      'a destination without its resource',
      sample.span({ context: { destination: { service: {} } } }),
      ['refused: span.context.destination.service.resource: is required'],
    ],
    [
      'an empty target',
      sample.span({ context: { service: { target: {} } } }),
      ['refused: span.context.service.target: needs a type or a name'],
    ],
    [
      'an error of nothing',
      sample.error({ exception: undefined }),
      ['refused: error: needs an exception or a log'],
    ],
    [
      'an error with a trace and no parent',
      sample.error({ parent_id: undefined, transaction_id: undefined }),
      ['refused: error.parent_id: is required beside trace_id'],
    ],
    [
      'a metricset without samples',
      sample.metricset({ samples: undefined }),
      ['refused: metricset.samples: is required'],
    ],
    [
      'counts without values',
      sample.metricset({ samples: { h: { value: 1, counts: [1] } } }),
      ['refused: metricset.samples.h: needs counts and values together'],
    ],
  ])('refuses %s, as the server does', (_, content, findings) => {
    expect(said(content)).toEqual(findings);
  });

  it.each([
    [
      'an id that is no hex',
      sample.span({ id: 'zz' }),
      ["taken: span.id: 'zz' is not 16 lower-case hex digits"],
    ],
    [
      'an id in capitals',
      sample.span({ id: 'B7AD6B7169203332' }),
      ["taken: span.id: 'B7AD6B7169203332' is not 16 lower-case hex digits"],
    ],
    [
      'a zero id',
      sample.transaction({ trace_id: '0'.repeat(32) }),
      ['taken: transaction.trace_id: is all zeros'],
    ],
    [
      'its own parent',
      sample.span({ parent_id: sample.spanId }),
      ['taken: span.parent_id: is its own id'],
    ],
    [
      'an age below 0',
      sample.transaction({ context: { message: { age: { ms: -5 } } } }),
      ['taken: transaction.context.message.age.ms: -5 is negative'],
    ],
    [
      'milliseconds for microseconds',
      sample.transaction({ timestamp: NOW }),
      [expect.stringContaining('is before 2015')],
    ],
    [
      'a time to come',
      sample.transaction({ timestamp: NOW * 1_000 + 90_000_000_000 }),
      [expect.stringContaining('is more than a day ahead')],
    ],
    [
      'a link to a span of zeros',
      sample.span({ links: [{ trace_id: sample.traceId, span_id: '0'.repeat(16) }] }),
      ['taken: span.links.0.span_id: is all zeros'],
    ],
  ])('takes %s, as the server does, and says what is wrong', (_, content, findings) => {
    expect(said(content)).toEqual(findings);
    expect(readEvent(line(content), NOW).held).toBeDefined();
  });
});

describe('readMetadata', () => {
  it('takes the least there may be', () => {
    expect(readMetadata(line(sample.metadata())).findings).toEqual([]);
  });

  it.each([
    ['another kind of line', sample.span(), 'line'],
    ['a service without a name', sample.metadata({ name: undefined }), 'metadata.service.name'],
    [
      'a name that the server does not take',
      sample.metadata({ name: 'ä/b' }),
      'metadata.service.name',
    ],
    ['no agent', sample.metadata({ agent: undefined }), 'metadata.service.agent'],
  ])('refuses %s', (_, content, where) => {
    const { held, findings } = readMetadata(line(content));
    expect(held).toBeUndefined();
    expect(findings).toMatchObject([{ where, refused: true }]);
  });
});
