import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { errorClassOf, reasonOf, sentenceOf, ThroughlineError } from '#base';
import type { Claim, IdempotencyStore } from '../../idempotency/idempotency-store.js';
import { Leases, type Lease } from '../../idempotency/leases.js';
import { DUPLICATE, type Outcome, type Retry } from 'throughline/transport';
import { OwnLog } from '#base';
import type { InboundMessage } from 'throughline/transport';
import type { Step, Next } from '../step.js';
import {
  abortDelivery,
  inboundOf,
  payloadOf,
  progressOf,
  setProgress,
  type Delivery,
} from '../../delivery.js';
import { Abandoned } from './deadline.js';

const LOOK_AGAIN_AT_LEAST = 100;
const LOOK_AGAIN_AT_MOST = 1_000;
const COMPLETE_AGAIN_AFTER = 500;

const log = new OwnLog('Throughline');
const OVERTAKEN =
  'The timeout expired before the idempotency store responded. The message will be retried.';

/** The dependencies of the `idempotency` step. */
export interface IdempotencyParts {
  readonly store: IdempotencyStore;
  /** Returns the idempotency entry of a payload. Entries of different handlers never collide. */
  readonly entryOf: (payload: unknown) => string;
  /** How long an entry is kept, in milliseconds. */
  readonly ttl: () => Promise<number>;
  /** The duration of a lease, in milliseconds. */
  readonly lease: number;
  readonly onUnavailable: 'process' | 'retry';
}

const leased = (delivery: Delivery, endsIn: number): Retry => ({
  kind: 'retry',
  after: Math.min(LOOK_AGAIN_AT_MOST, Math.max(LOOK_AGAIN_AT_LEAST, endsIn)),
  cause: new ThroughlineError(
    'TL_LEASED',
    `Message ${inboundOf(delivery).id} has to wait, because another message with the same idempotency key is being processed.`,
  ),
  counts: false,
  where: 'lane',
});

const lost = (delivery: Delivery): ThroughlineError =>
  new ThroughlineError(
    'TL_LEASE_LOST',
    `The idempotency lease of message ${inboundOf(delivery).id} expired while the handler was running, so the same work may run a second time.`,
  );

/**
 * Converts an error from the idempotency store into one that does not count as a failure of the message. If the store does not
 * classify the error, it counts as an outage.
 */
const unusable = ({ name }: IdempotencyStore, error: unknown): unknown =>
  errorClassOf(error) !== undefined
    ? error
    : new ThroughlineError(
        'TL_STORE_UNAVAILABLE',
        `The idempotency store "${name}" failed: ${reasonOf(error)}`,
        { cause: error },
      );

/**
 * The holder id of each message. All claims of a message use the same id: if the response to an earlier claim was lost, that
 * claim may have been granted.
 */
const holders = new WeakMap<InboundMessage, string>();

function holderOf(inbound: InboundMessage): string {
  const known = holders.get(inbound);
  if (known !== undefined) return known;
  const holder = randomUUID();
  holders.set(inbound, holder);
  return holder;
}

/**
 * For each message, the latest run that has claimed the entry. An earlier run that was abandoned may still receive the response
 * to its own claim.
 */
const lastRuns = new WeakMap<InboundMessage, Delivery>();

/**
 * Creates the step that skips work that has already been done. A message whose entry is completed is a duplicate. If another run
 * holds the entry, the message waits in its lane, and no attempt is counted. The entry is written before the message is
 * acknowledged. An effect is therefore repeated only if the process crashes between the effect and the writing of the entry.
 */
export function idempotency(parts: IdempotencyParts): Step {
  const { store, entryOf, lease } = parts;
  const leases = new Leases(store, lease);
  const around = async (delivery: Delivery, next: Next): Promise<Outcome> => {
    const inbound = inboundOf(delivery);
    const entry = entryOf(payloadOf(delivery));
    const holder = holderOf(inbound);
    lastRuns.set(inbound, delivery);
    if (progressOf(delivery) === 'preparing') setProgress(delivery, 'claiming');
    const claim = await claimOf(parts, entry, holder);
    // Both runs use the same holder id. If this run released the lease, the latest run would lose it.
    if (lastRuns.get(inbound) !== delivery) throw new Abandoned(OVERTAKEN);
    // The store has responded. If something does not respond from here on, it is not the store.
    if (progressOf(delivery) === 'claiming') setProgress(delivery, 'preparing');
    if (claim === 'unknown') return next(delivery);
    if (claim.kind === 'done') return DUPLICATE;
    if (claim.kind === 'leased') return leased(delivery, claim.endsIn);
    return runLeased(parts, leases, { entry, holder }, delivery, next);
  };
  return { name: 'idempotency', around };
}

/**
 * Claims the idempotency entry of a message. Returns `unknown` if the store is unavailable and the handler may run without it.
 */
async function claimOf(
  { store, lease, onUnavailable }: IdempotencyParts,
  entry: string,
  holder: string,
): Promise<Claim | 'unknown'> {
  try {
    return await store.claim(entry, holder, lease);
  } catch (error) {
    if (onUnavailable === 'process') return 'unknown';
    throw unusable(store, error);
  }
}

async function runLeased(
  parts: IdempotencyParts,
  leases: Leases,
  { entry, holder }: Pick<Lease, 'entry' | 'holder'>,
  delivery: Delivery,
  next: Next,
): Promise<Outcome> {
  const lease = { entry, holder, onLost: () => abortDelivery(delivery, lost(delivery)) };
  /** Stops the renewal of the lease, and then releases it. A renewal after the release would claim the lease again. */
  const giveBack = (): Promise<void> => {
    leases.drop(lease);
    return release(parts.store, lease);
  };
  leases.add(lease);
  let outcome: Outcome;
  try {
    outcome = await next(delivery);
  } catch (error) {
    const isLost = !leases.has(lease);
    await giveBack();
    if (isLost) return { ...leased(delivery, 0), cause: error };
    throw error;
  }
  if (outcome.kind === 'ack')
    await remember(parts, entry, delivery).finally(() => leases.drop(lease));
  else await giveBack();
  return outcome;
}

/**
 * Writes the idempotency entry after the handler's effect. Tries until it succeeds, because the message is acknowledged only
 * then. If the handler may run without the store, tries only once. The lease is not released, because another run would then
 * repeat the effect immediately.
 */
async function remember(
  { store, ttl, onUnavailable }: IdempotencyParts,
  entry: string,
  delivery: Delivery,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await store.complete(entry, await ttl());
      return;
    } catch (error) {
      if (onUnavailable === 'process') return;
      if (tries === 1) logWaiting(store, inboundOf(delivery), error);
      await pause(COMPLETE_AGAIN_AFTER, undefined, { signal: delivery.signal }).catch(() => {
        throw unusable(store, error); // no time is left: the message is redelivered because of the store
      });
    }
  }
}

const logWaiting = (
  { name }: IdempotencyStore,
  { id, origin }: InboundMessage,
  error: unknown,
): void => {
  log.warn(
    `Message ${id} from "${origin.channel}" was processed, but the idempotency store "${name}" could not record this: ${sentenceOf(error)} Throughline will keep retrying. It will acknowledge the message when the store has recorded it as processed.`,
  );
};

/** Releases a lease. A lease that cannot be released expires. */
const release = (store: IdempotencyStore, { entry, holder }: Lease): Promise<void> =>
  store.release(entry, holder).catch(() => undefined);
