import type { IdempotencyParts } from '../pipeline/steps/idempotency.js';
import { milliseconds } from '#base';
import { ThroughlineError } from '#base';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import { leaveUnheard } from '#base';
import type { IdempotencyStore } from './idempotency-store.js';

const LEASE = '30s';
/** The default lifetime of an entry: the longest retention of SQS, and twice the default of Kafka. */
const TTL_WHERE_UNKNOWN = milliseconds('336h');

/** The dependencies of an idempotent handler. */
export interface IdempotencyContext {
  /** The application's name. Handlers with the same name in two applications do not share entries. */
  readonly application: string;
  /** The handler's consumer group, if the broker has consumer groups. */
  readonly group: string | undefined;
  /** The idempotency store of the application, if it has one. */
  readonly store: IdempotencyStore | undefined;
  /**
   * Returns how long the broker retains a message in the handler's channel. Returns `undefined` if the broker does not report it.
   */
  readonly retention: () => Promise<number | undefined>;
}

/** Returns the store for a handler's entries, or `undefined` if the handler is not idempotent. */
export const storeOf = (
  { options: { idempotent } }: HandlerDefinition,
  store: IdempotencyStore | undefined,
): IdempotencyStore | undefined =>
  idempotent === undefined ? undefined : (idempotent.store ?? store);

/** Collects the dependencies of an idempotent handler. Returns `undefined` if the handler is not idempotent. */
export function idempotencyPartsOf(
  definition: HandlerDefinition,
  { application, group = application, store: own, retention }: IdempotencyContext,
): IdempotencyParts | undefined {
  const { name, channel, options } = definition;
  const { idempotent } = options;
  const store = storeOf(definition, own);
  if (idempotent === undefined || store === undefined) return undefined;
  const prefix = [application, group, channel.name, name].map(encodeURIComponent).join(':');
  return {
    store,
    entryOf: (payload) => `${prefix}:${keyOf(idempotent.key(payload), name)}`,
    ttl: ttlOf(idempotent.ttl === undefined ? undefined : milliseconds(idempotent.ttl), retention),
    lease: milliseconds(idempotent.lease ?? LEASE),
    onUnavailable: idempotent.onUnavailable ?? 'retry',
  };
}

/** Returns the idempotency key if it is valid. An empty key is refused, because it would make all messages duplicates. */
function keyOf(key: unknown, handler: string): string {
  if (typeof key === 'string' && key !== '') return key;
  leaveUnheard(key);
  throw new ThroughlineError(
    'TL_IDEMPOTENCY_KEY',
    `The idempotent.key function of ${handler} returned ${key === '' ? 'an empty string' : typeof key}. Return a string that identifies the work, ` +
      'for example the order number.',
  );
}

/**
 * Returns a function for the lifetime of entries. If no lifetime is configured, the function asks the broker for its retention,
 * and asks again only if the broker did not respond.
 */
function ttlOf(
  ttl: number | undefined,
  retention: () => Promise<number | undefined>,
): () => Promise<number> {
  let known = ttl;
  return async () => (known ??= await retention().catch(() => undefined)) ?? TTL_WHERE_UNKNOWN;
}
