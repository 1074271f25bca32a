import { describe, expect, it } from '@jest/globals';
import { attributesOf } from './attributes.js';
import { withContext } from './trace-attributes.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const tracestate = 'es=s:1';

const own = (count: number): ReturnType<typeof attributesOf> =>
  attributesOf(Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}`, 'x'])));

const ROOMY = 10_000;
const context = { traceparent, tracestate };

describe('withContext', () => {
  it.each([
    [0, ['traceparent', 'tracestate'], 'whole'],
    [8, ['traceparent', 'tracestate'], 'whole'],
    [9, ['traceparent'], 'traceparent'],
    [10, [], 'xray'],
  ])('beside %i attributes of the user writes %j', (count, names, capacity) => {
    const traced = withContext(own(count), context, ROOMY);

    expect(Object.keys(traced.attributes).slice(count)).toEqual(names);
    expect(traced.capacity).toBe(capacity);
  });

  it.each([
    [200, 'whole'],
    [80, 'traceparent'],
    [20, 'xray'],
  ])('with %i bytes left, writes what fits', (bytes, capacity) => {
    expect(withContext(own(0), context, bytes).capacity).toBe(capacity);
  });

  it('writes in X-Ray’s form what has no room among the attributes, and adds nothing there', () => {
    const { attributes, systemAttributes } = withContext(own(10), context, ROOMY);

    expect(Object.keys(attributes)).toHaveLength(10);
    expect(systemAttributes?.AWSTraceHeader.StringValue).toBe(
      'Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1',
    );
  });

  it('needs one place where there is no tracestate', () => {
    expect(withContext(own(9), { traceparent, tracestate: undefined }, ROOMY).capacity).toBe(
      'whole',
    );
  });

  it('writes nothing where nothing is traced', () => {
    const attributes = own(10);
    const untraced = { traceparent: undefined, tracestate: undefined };

    expect(withContext(attributes, untraced, ROOMY)).toEqual({ attributes, capacity: 'whole' });
  });

  it('never writes over what the user set', () => {
    const attributes = attributesOf({ traceparent: 'mine' });

    expect(withContext(attributes, context, ROOMY).attributes).toEqual(attributes);
  });
});
