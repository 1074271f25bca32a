/*
 * The headers of Elastic's `tests/agents/json-specs/w3c_distributed_tracing.json` (elastic/apm, d4317e3), 82 cases by their place
 * in it, with what it says of each. It was made of W3C's own test data of 2019 (w3c/distributed-tracing, test/test_data.json).
 */

/** What Elastic's file says of a header. */
type Validity = 'valid' | 'invalid';

/** One case. */
export interface W3cCase {
  readonly number: number;
  /** The fields of an HTTP request, in their order. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly parent: Validity | 'absent';
  /** Left out where the file does not say. */
  readonly state?: Validity;
  /** Why Throughline says the opposite of the state. */
  readonly but?: string;
}

/** https://www.w3.org/TR/trace-context-2/#key: an `@` may stand anywhere but first, and a key has 256 characters in all. */
const LEVEL_2 = 'trace context level 2 allows this key';

/** https://www.w3.org/TR/trace-context/#list: "There can be a maximum of 32 list-members in a list." */
const TOO_MANY = 'a list has 32 members at most';

const SAMPLED = '00-12345678901234567890123456789012-1234567890123456-01';
const UNSAMPLED = '00-12345678901234567890123456789012-1234567890123456-00';

/** `bar01=01,bar02=02` and so on. */
const bars = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart(2, '0'))
    .map((number) => `bar${number}=${number}`)
    .join(',');

// prettier-ignore
export const w3cCases: readonly W3cCase[] = [
  { number: 1, fields: [['traceparent', '00-00000000000000000000000000000000-1234567890123456-01']], parent: 'invalid' },
  { number: 2, fields: [['traceparent', SAMPLED]], parent: 'valid' },
  { number: 3, fields: [], parent: 'absent' },
  { number: 4, fields: [], parent: 'absent' },
  { number: 5, fields: [['traceparent', '00-12345678901234567890123456789011-1234567890123456-01'], ['traceparent', SAMPLED]], parent: 'invalid' },
  { number: 6, fields: [], parent: 'absent' },
  { number: 7, fields: [], parent: 'absent' },
  { number: 8, fields: [['TraceParent', SAMPLED]], parent: 'valid' },
  { number: 9, fields: [['TrAcEpArEnT', SAMPLED]], parent: 'valid' },
  { number: 10, fields: [['TRACEPARENT', SAMPLED]], parent: 'valid' },
  { number: 11, fields: [['traceparent', SAMPLED]], parent: 'valid' },
  { number: 12, fields: [['traceparent', SAMPLED]], parent: 'valid' },
  { number: 13, fields: [['traceparent', SAMPLED]], parent: 'valid' },
  { number: 14, fields: [['traceparent', '00-12345678901234567890123456789012-1234567890123456-01 ']], parent: 'valid' },
  { number: 15, fields: [['traceparent', '00-12345678901234567890123456789012-1234567890123456-01\t']], parent: 'valid' },
  { number: 16, fields: [['traceparent', '00-12345678901234567890123456789012-1234567890123456-01 \t']], parent: 'valid' },
  { number: 17, fields: [['traceparent', '00-12345678901234567890123456789012-0000000000000000-01']], parent: 'invalid' },
  { number: 18, fields: [['traceparent', '00-12345678901234567890123456789012-.234567890123456-01']], parent: 'invalid' },
  { number: 19, fields: [['traceparent', '00-12345678901234567890123456789012-123456789012345.-01']], parent: 'invalid' },
  { number: 20, fields: [['traceparent', '00-12345678901234567890123456789012-12345678901234567-01']], parent: 'invalid' },
  { number: 21, fields: [['traceparent', '00-12345678901234567890123456789012-123456789012345-01']], parent: 'invalid' },
  { number: 22, fields: [['traceparent', '00-12345678901234567890123456789012-1234567890123456-.0']], parent: 'invalid' },
  { number: 23, fields: [['traceparent', '00-12345678901234567890123456789012-1234567890123456-0.']], parent: 'invalid' },
  { number: 24, fields: [['traceparent', '00-12345678901234567890123456789012-1234567890123456-001']], parent: 'invalid' },
  { number: 25, fields: [['traceparent', '00-12345678901234567890123456789012-1234567890123456-1']], parent: 'invalid' },
  { number: 26, fields: [['traceparent', '00-00000000000000000000000000000000-1234567890123456-01']], parent: 'invalid' },
  { number: 27, fields: [['traceparent', '00-.2345678901234567890123456789012-1234567890123456-01']], parent: 'invalid' },
  { number: 28, fields: [['traceparent', '00-1234567890123456789012345678901.-1234567890123456-01']], parent: 'invalid' },
  { number: 29, fields: [['traceparent', '00-123456789012345678901234567890123-1234567890123456-01']], parent: 'invalid' },
  { number: 30, fields: [['traceparent', '00-1234567890123456789012345678901-1234567890123456-01']], parent: 'invalid' },
  { number: 31, fields: [['traceparent', '00-12345678901234567890123456789012-1234567890123456-01.']], parent: 'invalid' },
  { number: 32, fields: [['traceparent', '00-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like']], parent: 'invalid' },
  { number: 33, fields: [['traceparent', 'cc-12345678901234567890123456789012-1234567890123456-01']], parent: 'valid' },
  { number: 34, fields: [['traceparent', 'cc-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like']], parent: 'valid' },
  { number: 35, fields: [['traceparent', 'cc-12345678901234567890123456789012-1234567890123456-01.what-the-future-will-be-like']], parent: 'invalid' },
  { number: 36, fields: [['traceparent', 'ff-12345678901234567890123456789012-1234567890123456-01']], parent: 'invalid' },
  { number: 37, fields: [['traceparent', '.0-12345678901234567890123456789012-1234567890123456-01']], parent: 'invalid' },
  { number: 38, fields: [['traceparent', '0.-12345678901234567890123456789012-1234567890123456-01']], parent: 'invalid' },
  { number: 39, fields: [['traceparent', '000-12345678901234567890123456789012-1234567890123456-01']], parent: 'invalid' },
  { number: 40, fields: [['traceparent', '0000-12345678901234567890123456789012-1234567890123456-01']], parent: 'invalid' },
  { number: 41, fields: [['traceparent', '0-12345678901234567890123456789012-1234567890123456-01']], parent: 'invalid' },
  { number: 42, fields: [['traceparent', UNSAMPLED], ['tracestate', 'abcdefghijklmnopqrstuvwxyz0123456789_-*/= !"#$%&\'()*+-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~']], parent: 'valid', state: 'valid' },
  { number: 43, fields: [['traceparent', UNSAMPLED], ['tracestate', 'abcdefghijklmnopqrstuvwxyz0123456789_-*/@a-z0-9_-*/= !"#$%&\'()*+-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~']], parent: 'valid', state: 'valid' },
  { number: 44, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1,foo=1']], parent: 'valid', state: 'invalid' },
  { number: 45, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1,foo=2']], parent: 'valid', state: 'invalid' },
  { number: 46, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1'], ['tracestate', 'foo=1']], parent: 'valid', state: 'invalid' },
  { number: 47, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1'], ['tracestate', 'foo=2']], parent: 'valid', state: 'invalid' },
  { number: 48, fields: [['traceparent', UNSAMPLED], ['tracestate', '']], parent: 'valid' },
  { number: 49, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1'], ['tracestate', '']], parent: 'valid', state: 'valid' },
  { number: 50, fields: [['traceparent', UNSAMPLED], ['tracestate', ''], ['tracestate', 'foo=1']], parent: 'valid', state: 'valid' },
  { number: 51, fields: [['traceparent', UNSAMPLED]], parent: 'valid' },
  { number: 52, fields: [['traceparent', UNSAMPLED]], parent: 'valid' },
  { number: 53, fields: [['traceparent', UNSAMPLED], ['TraceState', 'foo=1']], parent: 'valid', state: 'valid' },
  { number: 54, fields: [['traceparent', UNSAMPLED], ['TrAcEsTaTe', 'foo=1']], parent: 'valid', state: 'valid' },
  { number: 55, fields: [['traceparent', UNSAMPLED], ['TRACESTATE', 'foo=1']], parent: 'valid', state: 'valid' },
  { number: 56, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1,bar=2']], parent: 'valid', state: 'valid' },
  { number: 57, fields: [['tracestate', 'foo=1']], parent: 'invalid' },
  { number: 58, fields: [['tracestate', 'foo=1,bar=2']], parent: 'invalid' },
  { number: 59, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo =1']], parent: 'valid', state: 'invalid' },
  { number: 60, fields: [['traceparent', UNSAMPLED], ['tracestate', 'FOO=1']], parent: 'valid', state: 'invalid' },
  { number: 61, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo.bar=1']], parent: 'valid', state: 'invalid' },
  { number: 62, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo@=1,bar=2']], parent: 'valid', state: 'invalid', but: LEVEL_2 },
  { number: 63, fields: [['traceparent', UNSAMPLED], ['tracestate', '@foo=1,bar=2']], parent: 'valid', state: 'invalid' },
  { number: 64, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo@@bar=1,bar=2']], parent: 'valid', state: 'invalid', but: LEVEL_2 },
  { number: 65, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo@bar@baz=1,bar=2']], parent: 'valid', state: 'invalid', but: LEVEL_2 },
  { number: 66, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1'], ['tracestate', `${'z'.repeat(256)}=1`]], parent: 'valid', state: 'valid' },
  { number: 67, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1'], ['tracestate', `${'z'.repeat(257)}=1`]], parent: 'valid', state: 'invalid' },
  { number: 68, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1'], ['tracestate', `${'t'.repeat(241)}@vvvvvvvvvvvvvv=1`]], parent: 'valid', state: 'valid' },
  { number: 69, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1'], ['tracestate', `${'t'.repeat(242)}@v=1`]], parent: 'valid', state: 'invalid', but: LEVEL_2 },
  { number: 70, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1'], ['tracestate', 't@vvvvvvvvvvvvvvv=1']], parent: 'valid', state: 'invalid', but: LEVEL_2 },
  { number: 71, fields: [['traceparent', UNSAMPLED], ['tracestate', bars(1, 10)], ['tracestate', bars(11, 20)], ['tracestate', bars(21, 30)], ['tracestate', bars(31, 32)]], parent: 'valid', state: 'valid' },
  { number: 72, fields: [['traceparent', UNSAMPLED], ['tracestate', bars(1, 10)], ['tracestate', bars(11, 20)], ['tracestate', bars(21, 30)], ['tracestate', bars(31, 33)]], parent: 'valid', state: 'valid', but: TOO_MANY },
  { number: 73, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1,bar=2'], ['tracestate', 'rojo=1,congo=2'], ['tracestate', 'baz=3']], parent: 'valid', state: 'valid' },
  { number: 74, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1 \t , \t bar=2, \t baz=3']], parent: 'valid', state: 'valid' },
  { number: 75, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1\t \t,\t \tbar=2,\t \tbaz=3']], parent: 'valid', state: 'valid' },
  { number: 76, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1']], parent: 'valid', state: 'valid' },
  { number: 77, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1']], parent: 'valid', state: 'valid' },
  { number: 78, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1 ']], parent: 'valid', state: 'valid' },
  { number: 79, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1\t']], parent: 'valid', state: 'valid' },
  { number: 80, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=1 \t']], parent: 'valid', state: 'valid' },
  { number: 81, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=bar=baz']], parent: 'valid', state: 'invalid' },
  { number: 82, fields: [['traceparent', UNSAMPLED], ['tracestate', 'foo=,bar=3']], parent: 'valid', state: 'invalid' },
];
