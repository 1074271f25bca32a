import { warning, type Finding } from './problem.js';

/** The fields of an event that the checks read. Every kind of event has some of them. */
export interface Checked {
  readonly id?: string | null | undefined;
  readonly trace_id?: string | null | undefined;
  readonly parent_id?: string | null | undefined;
  readonly transaction_id?: string | null | undefined;
  readonly timestamp?: number | null | undefined;
  readonly links?:
    readonly { readonly trace_id: string; readonly span_id: string }[] | null | undefined;
  readonly context?:
    | {
        readonly message?:
          | { readonly age?: { readonly ms?: number | null | undefined } | null | undefined }
          | null
          | undefined;
      }
    | null
    | undefined;
}

const DAY_US = 24 * 60 * 60 * 1_000_000;
/**
 * The earliest valid timestamp. If a timestamp is in milliseconds or seconds instead of microseconds, its time is in 1970. No
 * agent existed before this time.
 */
const OLDEST_US = Date.UTC(2015) * 1_000;

const hexDigits = { 8: /^[0-9a-f]{16}$/, 16: /^[0-9a-f]{32}$/ } as const;
const zeros = /^0*$/;

function checkId(where: string, id: string | null | undefined, bytes: 8 | 16): Finding[] {
  if (id === null || id === undefined) return [];
  if (!hexDigits[bytes].test(id)) {
    return [warning(where, `'${id}' is not ${bytes * 2} lower-case hex digits`)];
  }
  return zeros.test(id) ? [warning(where, 'is all zeros')] : [];
}

function checkAge(kind: string, ms: number | null | undefined): Finding[] {
  if (typeof ms !== 'number' || ms >= 0) return [];
  // The server reads -5 as 18446744073709551611. An agent must report a negative age as 0 (elastic/apm MSG:156).
  return [warning(`${kind}.context.message.age.ms`, `${ms} is negative`)];
}

function checkTime(kind: string, timestamp: number | null | undefined, now: number): Finding[] {
  if (typeof timestamp !== 'number') return [];
  const where = `${kind}.timestamp`;
  if (timestamp < OLDEST_US) {
    return [
      warning(where, `${timestamp} is before 2015: microseconds since the epoch are asked for`),
    ];
  }
  return timestamp > now * 1_000 + DAY_US
    ? [warning(where, `${timestamp} is more than a day ahead: microseconds are asked for`)]
    : [];
}

/**
 * Finds errors that the APM Server does not refuse: ids that are not W3C ids, negative ages, impossible times, and empty links.
 * @param kind the key of the event on its line, with which the location of each error begins.
 * @param now milliseconds since the epoch.
 */
export function findingsIn(kind: string, event: Checked, now: number): readonly Finding[] {
  const links = (event.links ?? []).flatMap(({ trace_id, span_id }, index) => [
    ...checkId(`${kind}.links.${index}.trace_id`, trace_id, 16),
    ...checkId(`${kind}.links.${index}.span_id`, span_id, 8),
  ]);
  const itself =
    typeof event.id === 'string' && event.id === event.parent_id
      ? [warning(`${kind}.parent_id`, 'is its own id')]
      : [];
  return [
    // The ids of errors have 128 bits (elastic/apm, error-tracking), all other ids have 64 bits.
    ...checkId(`${kind}.id`, event.id, kind === 'error' ? 16 : 8),
    ...checkId(`${kind}.trace_id`, event.trace_id, 16),
    ...checkId(`${kind}.parent_id`, event.parent_id, 8),
    ...checkId(`${kind}.transaction_id`, event.transaction_id, 8),
    ...itself,
    ...links,
    ...checkAge(kind, event.context?.message?.age?.ms),
    ...checkTime(kind, event.timestamp, now),
  ];
}
