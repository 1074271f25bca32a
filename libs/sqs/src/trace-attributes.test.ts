import { describe, expect, it } from '@jest/globals';
import { attributesOf } from './attributes.js';
import { withContext } from './trace-attributes.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const tracestate = 'es=s:1';

const own = (count: number): ReturnType<typeof attributesOf> =>
  attributesOf(Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}`, 'x'])));

const written = (count: number): readonly string[] =>
  Object.keys(withContext(own(count), { traceparent, tracestate }).attributes).slice(count);

describe('withContext', () => {
  it.each([
    [0, ['traceparent', 'tracestate'], true],
    [8, ['traceparent', 'tracestate'], true],
    [9, ['traceparent'], false],
    [10, [], false],
  ])('beside %i attributes of the user writes %j', (count, names, isWhole) => {
    expect(written(count)).toEqual(names);
    expect(withContext(own(count), { traceparent, tracestate }).isWhole).toBe(isWhole);
  });

  it('needs one place where there is no tracestate', () => {
    expect(withContext(own(9), { traceparent, tracestate: undefined }).isWhole).toBe(true);
  });

  it('writes nothing where nothing is traced', () => {
    const attributes = own(10);

    expect(withContext(attributes, { traceparent: undefined, tracestate: undefined })).toEqual({
      attributes,
      isWhole: true,
    });
  });

  it('never writes over what the user set', () => {
    const attributes = attributesOf({ traceparent: 'mine' });

    expect(withContext(attributes, { traceparent, tracestate }).attributes).toEqual(attributes);
  });
});
