import { randomUUID } from 'node:crypto';
import type {
  OpenTransport,
  RawChannel,
  RawMessage,
  SubjectApi,
  TransportFeatures,
  TransportSubject,
} from 'throughline/conformance';
import type { Tracer } from 'throughline/tracing';
import { Ledger, ledger, MAX_BODY, page, type LedgerClient } from './index.js';

/** Longer than any pause of a machine that has much to do: a ledger in this process sees no heartbeat meanwhile. */
const LEASE = 5_000;

const features: TransportFeatures = {
  order: true,
  keyInBatch: true,
  retry: 'lane',
  failuresPersist: true,
  binaryBodies: true,
  anyHeaderName: true,
  delay: true,
  needsKey: false,
  deduplication: false,
  maxMessageBytes: MAX_BODY,
  // Ten wait ahead, and those that are done are settled twenty at a time.
  prefetched: 30,
  redeliveredAfter: LEASE,
  seek: false,
  groups: true,
  commits: false,
};

const api: SubjectApi = {
  channel: page,
  hasOrderOptions: false,
  handlerOptions: ({ redeliveredAfter }) => ({ lease: redeliveredAfter }),
  delayed: (delay) => ({ delay }),
  wrongPublishOptions: [
    ['a delay that is a symbol', { delay: Symbol('s') }, 'TL_OPTION_INVALID'],
    ['a partition, which only a topic has', { partition: 0 }, 'TL_OPTION_UNKNOWN'],
  ],
  errorCodes: {
    channelMissing: 'TL_LEDGER_PAGE_MISSING',
    tooLarge: ['TL_LEDGER_TOO_LARGE'],
    unavailable: 'TL_LEDGER_UNAVAILABLE',
    lost: 'TL_LEDGER_LEASE_LOST',
  },
};

/** The ledger as the subject of the conformance suite for transports. */
export const ledgerSubject = (tracer?: Tracer): TransportSubject => ({
  features,
  api,
  ...(tracer && { tracer }),
  open: () => Promise.resolve(openLedger()),
});

function openLedger(): OpenTransport {
  const broker = new Ledger();
  const refused = new Set<string>();
  const held = new Map<string, Promise<undefined>>();
  let sendRequests = 0;
  const enter: LedgerClient['enter'] = async (entries) => {
    sendRequests += 1;
    for (const entry of entries) await held.get(entry.page);
    if (entries.some((entry) => refused.has(entry.page))) throw new Error('refused by the suite');
    return broker.enter(entries);
  };
  const client: LedgerClient = {
    has: (name) => broker.has(name),
    enter,
    claim: (request) => broker.claim(request),
    extend: (tokens, lease) => broker.extend(tokens, lease),
    settle: (tokens) => broker.settle(tokens),
    release: (tokens, after) => broker.release(tokens, after),
    countFailure: (token, failures) => broker.countFailure(token, failures),
    unsettled: (name, reader) => broker.unsettled(name, reader),
    entries: (name) => broker.entries(name),
    strike: (name, id) => broker.strike(name, id),
  };
  return {
    transport: () => ledger({ client }),
    sendRequests: () => sendRequests,
    close: () => Promise.resolve(),
    channel: ({ app }) => {
      const name = `p-${randomUUID()}`;
      const dead = `${name}.${app}.dead`;
      broker.open(name);
      broker.open(dead);
      return Promise.resolve(rawChannel({ broker, name, dead, reader: app, refused, held }));
    },
  };
}

interface RawParts {
  readonly broker: Ledger;
  readonly name: string;
  readonly dead: string;
  readonly reader: string;
  readonly refused: Set<string>;
  readonly held: Map<string, Promise<undefined>>;
}

const rawChannel = ({ broker, name, dead, reader, refused, held }: RawParts): RawChannel => ({
  name,
  send: async (messages) => {
    await broker.enter(
      messages.map(({ key, body, headers }) => ({ page: name, key, body, headers })),
    );
  },
  deadLetters: async (atLeast) => {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const entries = await broker.entries(dead);
      if (entries.length >= atLeast) return entries.map(rawOf);
      if (Date.now() > deadline) throw new Error(`${entries.length} dead letters of ${atLeast}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
  unsettled: () => broker.unsettled(name, reader),
  inFlight: () => Promise.resolve(broker.claimedBy(name, reader)),
  revokeInProgress: () => {
    broker.revoke(name, reader);
    return Promise.resolve();
  },
  redeliver: () => {
    broker.revoke(name, reader);
    return Promise.resolve();
  },
  refuseDeadLetters: () => {
    refused.add(dead);
    return Promise.resolve();
  },
  acceptDeadLetters: () => {
    refused.delete(dead);
    return Promise.resolve();
  },
  holdSends: () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    held.set(name, promise);
    return () => {
      held.delete(name);
      resolve(undefined);
    };
  },
});

const rawOf = ({
  body,
  key,
  headers,
}: Awaited<ReturnType<Ledger['entries']>>[number]): RawMessage => ({
  body: body ?? new Uint8Array(),
  key,
  headers,
});
