import { describe, expect, it } from '@jest/globals';
import { encodeBinaryTraceparent } from './binary-traceparent.js';
import { readContext, type MessageContext } from './read-context.js';
import { parseTraceparent } from './traceparent.js';

const TEXT = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';
const OTHER = '00-11111111111111111111111111111111-2222222222222222-00';
const binary = encodeBinaryTraceparent(OTHER) ?? new Uint8Array();

const read = (headers: Record<string, string | Uint8Array>): MessageContext =>
  readContext((name) => headers[name]);

describe('readContext', () => {
  it('finds nothing in a message without context', () => {
    expect(read({ tenant: 'acme' })).toEqual({});
  });

  it('reads W3C’s headers, as text and as the bytes of text', () => {
    const expected = { traceparent: TEXT, tracestate: 'es=s:1' };

    expect(read({ traceparent: TEXT, tracestate: 'es=s:1' })).toMatchObject(expected);
    expect(
      read({ traceparent: Buffer.from(TEXT), tracestate: Buffer.from('es=s:1') }),
    ).toMatchObject(expected);
  });

  it('keeps the parsed traceparent for whoever continues the trace', () => {
    const { parent } = read({ traceparent: TEXT });

    expect(parent).toEqual(parseTraceparent(TEXT));
  });

  it('leaves out a tracestate that is blank or not valid', () => {
    expect(read({ traceparent: TEXT, tracestate: ' ' })).not.toHaveProperty('tracestate');
    expect(read({ traceparent: TEXT, tracestate: 'No' })).not.toHaveProperty('tracestate');
  });

  it('reads the text first, and else the binary form (elastic/apm DT:185)', () => {
    expect(read({ traceparent: TEXT, elasticapmtraceparent: binary }).traceparent).toBe(TEXT);
    expect(read({ elasticapmtraceparent: binary, tracestate: 'es=s:1' })).toEqual({
      traceparent: OTHER,
    });
  });

  it('reads the binary form if the text cannot be read', () => {
    expect(read({ traceparent: 'nonsense', elasticapmtraceparent: binary }).traceparent).toBe(
      OTHER,
    );
  });

  it('knows the names of older Python producers', () => {
    expect(read({ trace_parent: TEXT, trace_state: 'es=s:1' })).toMatchObject({
      traceparent: TEXT,
      tracestate: 'es=s:1',
    });
  });

  it('makes a context of trace_id and span_id alone', () => {
    const context = read({
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      span_id: '00f067aa0ba902b7',
    });

    expect(context).toEqual({ traceparent: TEXT });
  });

  it('says what could not be read, shortened', () => {
    expect(read({ traceparent: 'nonsense' })).toEqual({ malformed: 'traceparent "nonsense"' });
    expect(read({ elasticapmtraceparent: Buffer.alloc(3) }).malformed).toBe(
      'elasticapmtraceparent of 3 bytes',
    );
    expect(read({ trace_id: 'x', span_id: 'y' }).malformed).toContain('trace_id "x"');
    expect(read({ traceparent: 'x'.repeat(10_000) }).malformed?.length).toBeLessThan(120);
  });
});
