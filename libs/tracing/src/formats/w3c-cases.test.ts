import { describe, expect, it } from '@jest/globals';
import { readContext, type Carrier, type MessageContext } from './read-context.js';
import { parseTraceparent } from './traceparent.js';
import { parseTracestate } from './tracestate.js';
import { w3cCases, type W3cCase } from './w3c-cases.fixture.js';

/**
 * The cases are HTTP requests, so their fields are read as HTTP has it (RFC 9110, 5.1 and 5.3): whatever the case of a name, without
 * blanks around a value, and those of one name as one list. Messages have one header of a name, and none of this.
 */
const combined = ({ fields }: W3cCase, wanted: string): string | undefined => {
  const values = fields
    .filter(([name]) => name.toLowerCase() === wanted)
    .map(([, value]) => value.replace(/^[ \t]+|[ \t]+$/g, ''));
  return values.length === 0 ? undefined : values.join(',');
};

const read = (one: W3cCase): MessageContext => {
  const carrier: Carrier = (name) => combined(one, name);
  return readContext(carrier);
};

const expectsState = ({ state, but }: W3cCase): boolean =>
  but === undefined ? state === 'valid' : state !== 'valid';

const titled = w3cCases.map(
  (one) => [`${one.number}: ${JSON.stringify(one.fields).slice(0, 160)}`, one] as const,
);

describe('the headers of w3c_distributed_tracing.json', () => {
  it('are all 82 of them', () => {
    expect(w3cCases.map(({ number }) => number)).toEqual(
      Array.from({ length: 82 }, (_, i) => i + 1),
    );
  });

  it.each(titled)('%s', (_, one) => {
    const traceparent = combined(one, 'traceparent');
    const tracestate = combined(one, 'tracestate');
    const isValid = one.parent === 'valid';

    expect(parseTraceparent(traceparent ?? '') !== undefined).toBe(isValid);
    if (one.state !== undefined) {
      expect(parseTracestate(tracestate ?? '') !== undefined).toBe(expectsState(one));
    }
    const context = read(one);
    expect(context.traceparent !== undefined).toBe(isValid);
    expect(context.tracestate !== undefined).toBe(isValid && expectsState(one));
    expect(context.malformed !== undefined).toBe(
      one.parent === 'invalid' && traceparent !== undefined,
    );
  });

  it('are read as Elastic’s file says, but for six lists of which W3C says otherwise', () => {
    const otherwise = w3cCases.filter(({ but }) => but !== undefined);

    expect(otherwise.map(({ number }) => number)).toEqual([62, 64, 65, 69, 70, 72]);
  });
});
