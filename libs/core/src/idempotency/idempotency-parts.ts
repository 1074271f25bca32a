import type { IdempotencyParts } from '../pipeline/steps/idempotency.js';
import { milliseconds } from '#base';
import { ThroughlineError } from '#base';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import { leaveUnheard } from '#base';
import type { IdempotencyStore } from './idempotency-store.js';

const LEASE = '30s';
/** SQS' longest retention, and twice Kafka's default. */
const TTL_WHERE_UNKNOWN = milliseconds('336h');

/** What entries need besides their handler. */
export interface IdempotencyContext {
  /** The application's name: two applications with a handler of the same name do not share entries. */
  readonly application: string;
  /** The handler's consumer group, where its broker has them. */
  readonly group: string | undefined;
  /** The application's own store. */
  readonly store: IdempotencyStore | undefined;
  /** How long the broker keeps a message of the handler's channel; `undefined` where it does not say. */
  readonly retention: () => Promise<number | undefined>;
}

/** The store of a handler's entries; `undefined` where it remembers nothing. */
export const storeOf = (
  { options: { idempotent } }: HandlerDefinition,
  store: IdempotencyStore | undefined,
): IdempotencyStore | undefined =>
  idempotent === undefined ? undefined : (idempotent.store ?? store);

/** What a handler needs to do things once; `undefined` where it does not ask for that. */
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

/** An empty key would make all messages the same one. */
function keyOf(key: unknown, handler: string): string {
  if (typeof key === 'string' && key !== '') return key;
  leaveUnheard(key);
  throw new ThroughlineError(
    'TL_IDEMPOTENCY_KEY',
    `The idempotent.key of ${handler} answers with ${key === '' ? 'an empty text' : typeof key}: it says what is to be done ` +
      'once, in a text.',
  );
}

/** Asks the broker once it is needed, and again only where it could not say. */
function ttlOf(
  ttl: number | undefined,
  retention: () => Promise<number | undefined>,
): () => Promise<number> {
  let known = ttl;
  return async () => (known ??= await retention().catch(() => undefined)) ?? TTL_WHERE_UNKNOWN;
}
