import { describe, expect, it } from '@jest/globals';
import { loadApi } from './load-api.js';
import { onlySpans } from './only-span.js';

const api = loadApi();
const span = api.trace.wrapSpanContext({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
});
const other = api.createContextKey('other');

describe('a context of only a span', () => {
  const context = onlySpans(api)(span);

  it('has the span where the API looks for it, and nothing else', () => {
    expect(api.trace.getSpan(context)).toBe(span);
    expect(context.getValue(other)).toBeUndefined();
  });

  it('is derived from as the API’s own are, and stays as it was', () => {
    const derived = context.setValue(other, 1);
    const further = derived.setValue(api.createContextKey('further'), 2);

    expect(api.trace.getSpan(further)).toBe(span);
    expect(further.getValue(other)).toBe(1);
    expect(further.deleteValue(other).getValue(other)).toBeUndefined();
    expect(api.trace.getSpan(further.deleteValue(other))).toBe(span);
    expect(api.trace.getSpan(api.trace.deleteSpan(further))).toBeUndefined();
    expect(api.trace.getSpan(api.trace.deleteSpan(context))).toBeUndefined();
    expect(derived.getValue(api.createContextKey('further'))).toBeUndefined();
    expect(context.getValue(other)).toBeUndefined();
  });

  it('may have another span set in it', () => {
    const inner = api.trace.wrapSpanContext({ ...span.spanContext(), spanId: '00f067aa0ba902b7' });

    expect(api.trace.getSpan(api.trace.setSpan(context, inner))).toBe(inner);
  });

  it('is the API’s own where that does not ask a context for its span', () => {
    const trace = new Proxy(api.trace, {
      get: (target, name): unknown =>
        name === 'getSpan' ? () => undefined : Reflect.get(target, name, target),
    });
    const silent = { ...api, trace };

    expect(api.trace.getSpan(onlySpans(silent)(span))).toBe(span);
  });
});
