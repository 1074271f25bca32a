import { describe, expect, it } from '@jest/globals';
import { attributesOf } from './attributes.js';
import { withContext } from './trace-attributes.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const tracestate = 'es=s:1';

const own = (count: number): ReturnType<typeof attributesOf> =>
  attributesOf(Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}`, 'x'])));

const AMPLE = 10_000;
const context = { traceparent, tracestate };

describe('withContext', () => {
  it.each([
    [0, ['traceparent', 'tracestate'], 'whole'],
    [8, ['traceparent', 'tracestate'], 'whole'],
    [9, ['traceparent'], 'traceparent'],
    [10, [], 'xray'],
  ])('adds to %i attributes of the user: %j', (count, names, propagation) => {
    const traced = withContext(own(count), context, AMPLE);

    expect(Object.keys(traced.attributes).slice(count)).toEqual(names);
    expect(traced.propagation).toBe(propagation);
  });

  it.each([
    [200, 'whole'],
    [80, 'traceparent'],
    [20, 'xray'],
  ])('with %i bytes left, writes what fits', (bytes, propagation) => {
    expect(withContext(own(0), context, bytes).propagation).toBe(propagation);
  });

  it('writes AWSTraceHeader, and no attribute, if the user has ten attributes', () => {
    const { attributes, systemAttributes } = withContext(own(10), context, AMPLE);

    expect(Object.keys(attributes)).toHaveLength(10);
    expect(systemAttributes?.AWSTraceHeader.StringValue).toBe(
      'Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1',
    );
  });

  it('needs a single attribute if there is no tracestate', () => {
    expect(withContext(own(9), { traceparent, tracestate: undefined }, AMPLE).propagation).toBe(
      'whole',
    );
  });

  it('writes nothing without a trace', () => {
    const attributes = own(10);
    const untraced = { traceparent: undefined, tracestate: undefined };

    expect(withContext(attributes, untraced, AMPLE)).toEqual({ attributes, propagation: 'whole' });
  });

  it('never overwrites attributes of the user', () => {
    const attributes = attributesOf({ traceparent: 'mine' });

    expect(withContext(attributes, context, AMPLE).attributes).toEqual(attributes);
  });
});
