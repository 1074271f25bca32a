import { describe, expect, it } from '@jest/globals';
import { headersFrom } from '#base';
import { withTraceContext } from './trace-headers.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('withTraceContext', () => {
  it('adds the trace context to the headers of a message', () => {
    const headers = headersFrom([['tenant', 'a']]);

    expect({ ...withTraceContext({ headers, traceparent, tracestate: 'es=s:1' }) }).toEqual({
      traceparent,
      tracestate: 'es=s:1',
      tenant: 'a',
    });
    expect({ ...withTraceContext({ headers, traceparent }) }).toEqual({ traceparent, tenant: 'a' });
  });

  it('changes nothing without a trace context', () => {
    const headers = headersFrom([['tenant', 'a']]);

    expect(withTraceContext({ headers, tracestate: 'es=s:1' })).toBe(headers);
  });

  it('keeps headers that the user has set, whatever their names', () => {
    const headers = headersFrom([
      ['traceparent', 'mine'],
      ['__proto__', 'text'],
    ]);

    const all = withTraceContext({ headers, traceparent });

    expect(Object.entries(all).toSorted()).toEqual([
      ['__proto__', 'text'],
      ['traceparent', 'mine'],
    ]);
  });
});
