import type { z } from 'zod';
import { findingsIn } from './findings.js';
import { MAX_LINE_BYTES, type Line } from './lines.js';
import { refusal, type Finding } from './problem.js';
import { error } from './schemas/error.js';
import { metadata } from './schemas/metadata.js';
import { metricset } from './schemas/metricset.js';
import { span } from './schemas/span.js';
import { transaction } from './schemas/transaction.js';

type Metadata = z.output<typeof metadata>;

/** An event that passed the server's schema. */
export type Event =
  | { readonly kind: 'transaction'; readonly value: z.output<typeof transaction> }
  | { readonly kind: 'span'; readonly value: z.output<typeof span> }
  | { readonly kind: 'error'; readonly value: z.output<typeof error> }
  | { readonly kind: 'metricset'; readonly value: z.output<typeof metricset> };

/** The result of reading a line: its content, which is absent if the server would refuse it, and its errors. */
export interface Reading<T> {
  readonly held: T | undefined;
  readonly findings: readonly Finding[];
}

const refused = (...findings: readonly Finding[]): Reading<never> => ({
  held: undefined,
  findings,
});

function readKey(line: Line): Reading<readonly [key: string, value: unknown]> {
  if (line.bytes > MAX_LINE_BYTES) {
    const what = `${line.bytes} bytes: event exceeded the permitted size of ${MAX_LINE_BYTES}`;
    return refused(refusal('line', what));
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(line.text);
  } catch (thrown) {
    return refused(refusal('line', `is not JSON: ${String(thrown)}`));
  }
  const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  const [entry] = entries;
  return entry !== undefined && entries.length === 1
    ? { held: entry, findings: [] }
    : refused(refusal('line', 'is not an object with one key that names the event'));
}

const required = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_type' && issue.message.endsWith('received undefined');

const findingOf =
  (kind: string) =>
  (issue: z.core.$ZodIssue): Finding =>
    refusal([kind, ...issue.path].join('.'), required(issue) ? 'is required' : issue.message);

function check<T extends z.ZodType>(schema: T, kind: string, value: unknown): Reading<z.output<T>> {
  const result = schema.safeParse(value);
  return result.success
    ? { held: result.data, findings: [] }
    : refused(...result.error.issues.map(findingOf(kind)));
}

/** Reads the first line of a stream. */
export function readMetadata(line: Line): Reading<Metadata> {
  const { held, findings } = readKey(line);
  if (held === undefined) return refused(...findings);
  const [key, value] = held;
  return key === 'metadata'
    ? check(metadata, key, value)
    : refused(refusal('line', `'metadata' is required in the first line, not '${key}'`));
}

function checkEvent(key: string, value: unknown): Reading<Event> {
  const as = <T, E>(reading: Reading<T>, event: (value: T) => E): Reading<E> => ({
    held: reading.held === undefined ? undefined : event(reading.held),
    findings: reading.findings,
  });
  switch (key) {
    case 'transaction':
      return as(check(transaction, key, value), (held) => ({ kind: key, value: held }));
    case 'span':
      return as(check(span, key, value), (held) => ({ kind: key, value: held }));
    case 'error':
      return as(check(error, key, value), (held) => ({ kind: key, value: held }));
    case 'metricset':
      return as(check(metricset, key, value), (held) => ({ kind: key, value: held }));
    default:
      return refused(refusal('line', `did not recognize object type: '${key}'`));
  }
}

/**
 * Reads any later line of a stream. Checks the line with the server's schema first, and then for errors that the schema does not
 * find.
 * @param now milliseconds since the epoch.
 */
export function readEvent(line: Line, now: number): Reading<Event> {
  const { held: entry, findings } = readKey(line);
  if (entry === undefined) return refused(...findings);
  const reading = checkEvent(...entry);
  return reading.held === undefined
    ? reading
    : { held: reading.held, findings: findingsIn(reading.held.kind, reading.held.value, now) };
}
