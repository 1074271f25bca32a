import type { Handling } from './behaviours/handling.js';
import type { ChannelKind } from './channel.js';
import { describeThrown, ThroughlineError } from './errors.js';
import type { HandlerDefinition } from './handler/handler-definition.js';
import { firstHeader, type Headers } from './headers.js';
import type { DeadLetter } from './outcome.js';
import type { Connection } from './transport.js';

/** The header that says of a dead letter where it comes from and why it is one. */
export const DEAD_LETTER_HEADER = 'dead-letter';

const LONGEST_REASON = 500;

/** What the header `dead-letter` says; the first four always, the others where there was room. */
export interface DeadLetterCause {
  /** The queue, or the topic-partition. */
  readonly source: string;
  /** `OrderProcessor.process`. */
  readonly handler: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly time: string;
  readonly attempts?: number;
  readonly error?: { readonly name: string; readonly message: string };
  /** Of the failed attempt. */
  readonly traceparent?: string;
}

/** What a dead letter says of itself; `undefined` where it says nothing, or nothing that can be read. */
export function causeIn(headers: Headers): DeadLetterCause | undefined {
  const note = firstHeader(headers, DEAD_LETTER_HEADER);
  if (note === undefined) return undefined;
  try {
    const cause: unknown = JSON.parse(
      typeof note === 'string' ? note : new TextDecoder().decode(note),
    );
    return isCause(cause) ? cause : undefined;
  } catch {
    return undefined;
  }
}

/** Anyone may send a header of this name, with anything in it. */
function isCause(value: unknown): value is DeadLetterCause {
  if (typeof value !== 'object' || value === null) return false;
  const read: { readonly [field in keyof DeadLetterCause]?: unknown } = value;
  return (
    [read.source, read.handler, read.reason, read.time].every(isText) &&
    (read.attempts === undefined || typeof read.attempts === 'number') &&
    (read.error === undefined || isNamed(read.error)) &&
    (read.traceparent === undefined || isText(read.traceparent))
  );
}

const isText = (value: unknown): boolean => typeof value === 'string';

const isNamed = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  isText(Reflect.get(error, 'name')) &&
  isText(Reflect.get(error, 'message'));

const traceparentOf = ({ trace }: Handling): { traceparent?: string } =>
  trace === undefined ? {} : { traceparent: `00-${trace.traceId}-${trace.spanId}-01` };

/** What the header says: in full, and in short where there is no room for all of it. */
function notesOn(
  handling: Handling,
  { reason, cause }: DeadLetter,
  handler: string,
): readonly string[] {
  const short = {
    source: handling.arrival.shard.name,
    handler,
    reason,
    time: new Date().toISOString(),
  };
  const { name, message } = describeThrown(cause);
  const full = {
    ...short,
    attempts: handling.attempt,
    error: {
      name: cause instanceof ThroughlineError ? cause.code : name,
      message: message.slice(0, LONGEST_REASON),
    },
    ...traceparentOf(handling),
  };
  return [JSON.stringify(full), JSON.stringify(short)];
}

/** Stores the dead letters of a handler where it wants them. */
export type Graveyard = (handling: Handling, letter: DeadLetter) => Promise<void>;

/** Where a handler's dead letters go; `undefined` where it has no place for them. */
export function graveyardOf(
  { options: { deadLetter }, channel, name }: HandlerDefinition,
  connections: ReadonlyMap<ChannelKind, Connection>,
  own: string,
): Graveyard | undefined {
  if (deadLetter === undefined || deadLetter === false) return undefined;
  const [kind, to] = deadLetter === true ? [channel.kind, own] : [deadLetter.kind, deadLetter.name];
  const connection = connections.get(kind);
  if (connection === undefined) return undefined;
  return (handling, letter) =>
    connection.bury({ arrival: handling.arrival, to, notes: notesOn(handling, letter, name) });
}
