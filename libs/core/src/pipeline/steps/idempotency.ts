import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { errorClassOf, reasonOf, ThroughlineError } from '#base';
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
const OVERTAKEN = 'Its time was up before its store answered, and the message runs again.';

/** What doing a thing once takes. */
export interface IdempotencyParts {
  readonly store: IdempotencyStore;
  /** The entry of a payload: unlike that of any other handler's. */
  readonly entryOf: (payload: unknown) => string;
  /** How long an entry is kept, in milliseconds. */
  readonly ttl: () => Promise<number>;
  /** In milliseconds. */
  readonly lease: number;
  readonly onUnavailable: 'process' | 'retry';
}

const leased = (delivery: Delivery, endsIn: number): Retry => ({
  kind: 'retry',
  after: Math.min(LOOK_AGAIN_AT_MOST, Math.max(LOOK_AGAIN_AT_LEAST, endsIn)),
  cause: new ThroughlineError(
    'TL_LEASED',
    `What message ${inboundOf(delivery).id} asks for is being done by another run.`,
  ),
  counts: false,
  where: 'lane',
});

const lost = (delivery: Delivery): ThroughlineError =>
  new ThroughlineError(
    'TL_LEASE_LOST',
    `The lease of message ${inboundOf(delivery).id} ran out while its handler was running, and another run has begun.`,
  );

/** Whatever a store says against being asked is not the message's fault. What it does not classify itself is taken for an outage. */
const unusable = ({ name }: IdempotencyStore, error: unknown): unknown =>
  errorClassOf(error) !== undefined
    ? error
    : new ThroughlineError(
        'TL_STORE_UNAVAILABLE',
        `The store "${name}" cannot be used: ${reasonOf(error)}`,
        { cause: error },
      );

/** A message claims as one and the same however often: a claim whose answer was lost may still have been granted. */
const holders = new WeakMap<InboundMessage, string>();

function holderOf(inbound: InboundMessage): string {
  const known = holders.get(inbound);
  if (known !== undefined) return known;
  const holder = randomUUID();
  holders.set(inbound, holder);
  return holder;
}

/** The last run of a message that has claimed: an earlier one, abandoned since, may hear of its own claim after it. */
const lastRuns = new WeakMap<InboundMessage, Delivery>();

/**
 * Runs what has not been done: a message whose entry says done is a duplicate, and one that another run is at waits in its lane,
 * uncounted. The entry is written before the message is acked, so nothing but a crash in between repeats an effect.
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
    // Both claim as one: to give back what this one was granted would take it from the run that is in progress.
    if (lastRuns.get(inbound) !== delivery) throw new Abandoned(OVERTAKEN);
    // The store has answered: what does not answer from here on is not the store.
    if (progressOf(delivery) === 'claiming') setProgress(delivery, 'preparing');
    if (claim === 'unknown') return next(delivery);
    if (claim.kind === 'done') return DUPLICATE;
    if (claim.kind === 'leased') return leased(delivery, claim.endsIn);
    return runLeased(parts, leases, { entry, holder }, delivery, next);
  };
  return { name: 'idempotency', around };
}

/** `unknown`: the store cannot be asked, and the handler goes on without it. */
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
  /** Dropped before it is given back: a renewal after that would take it again. */
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
 * The effect is there: the message is not acked before its entry is, save where the handler can do without the store. The lease
 * is not given back, however this ends: whoever took it would repeat the effect at once.
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
        throw unusable(store, error); // no more time: the store is why this message is redelivered
      });
    }
  }
}

const logWaiting = ({ name }: IdempotencyStore, { id }: InboundMessage, error: unknown): void => {
  log.warn(
    `Message ${id} is handled, and waits until the store "${name}" has remembered that: ${reasonOf(error)}`,
  );
};

/** What cannot be given back runs out by itself. */
const release = (store: IdempotencyStore, { entry, holder }: Lease): Promise<void> =>
  store.release(entry, holder).catch(() => undefined);
