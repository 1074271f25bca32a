import { setTimeout as pause } from 'node:timers/promises';
import type {
  Settlement,
  Sink,
  Source,
  SourceFeatures,
  SourcePartition,
  SourceState,
} from 'throughline/transport';
import { LedgerInbound } from './inbound.js';
import type { LedgerClient } from './ledger-client.js';

const WAIT = 1_000;
const AT_ONCE = 10;
const AFTER_A_FAILURE = 200;

/** What a page's source is made of. */
export interface LedgerSourceParts {
  readonly client: LedgerClient;
  readonly origin: SourcePartition;
  readonly reader: string;
  /** The process, as the ledger tells it from other instances of its reader. */
  readonly holder: string;
  /** In milliseconds. */
  readonly lease: number;
  readonly suppress: <R>(clientCall: () => R) => R;
}

/** A page as a source: claims by demand, extended while their entries are here. */
export class LedgerSource implements Source<LedgerInbound> {
  readonly features: SourceFeatures = {
    retry: 'lane',
    ahead: { max: 10, resume: 0 },
    settle: { size: 20, within: 10 },
  };
  readonly #parts: LedgerSourceParts;
  readonly #stopping = new AbortController();
  /** By their ids: what is here and not settled. */
  readonly #here = new Map<string, LedgerInbound>();
  #sink: Sink<LedgerInbound> | undefined;
  #receiving: Promise<void> = Promise.resolve();
  #heartbeat: NodeJS.Timeout | undefined;
  #wake: () => void = () => undefined;

  constructor(parts: LedgerSourceParts) {
    this.#parts = parts;
  }

  start(sink: Sink<LedgerInbound>): Promise<void> {
    if (this.#stopping.signal.aborted) return Promise.resolve();
    this.#sink = sink;
    sink.onCapacity(() => this.#wake());
    this.#heartbeat = setInterval(() => void this.#extend(), Math.max(100, this.#parts.lease / 3));
    this.#receiving = this.#receive(sink);
    return Promise.resolve();
  }

  async settle(entries: readonly Settlement<LedgerInbound>[]): Promise<void> {
    for (const { inbound, outcome } of entries) {
      if (outcome.kind !== 'retry') continue;
      this.#here.delete(inbound.id);
      await this.#call((client) => client.release([inbound.token], outcome.after));
    }
    const done = entries.flatMap(({ inbound, outcome }) =>
      outcome.kind === 'ack' ? [inbound] : [],
    );
    await this.#acknowledge(done);
    for (const { id } of done) this.#here.delete(id);
  }

  countFailure({ token }: LedgerInbound, failures: number): void {
    void this.#call((client) => client.countFailure(token, failures)).catch(() => undefined);
  }

  async stopReceiving(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#receiving;
  }

  stop(): Promise<void> {
    clearInterval(this.#heartbeat);
    return Promise.resolve();
  }

  async inspect(): Promise<SourceState> {
    const { origin, reader } = this.#parts;
    if (this.#sink === undefined || this.#stopping.signal.aborted) {
      return { isConnected: false, assigned: [], lag: new Map() };
    }
    const lag = await this.#call((client) => client.unsettled(origin.name, reader));
    return { isConnected: true, assigned: [origin.name], lag: new Map([[origin.channel, lag]]) };
  }

  async #receive(sink: Sink<LedgerInbound>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      this.#wake = () => resolve(undefined);
      const capacity = sink.capacity(this.#parts.origin);
      if (capacity <= 0) await promise;
      else await this.#claim(sink, Math.min(capacity, AT_ONCE)).catch(() => pause(AFTER_A_FAILURE));
    }
  }

  async #claim(sink: Sink<LedgerInbound>, max: number): Promise<void> {
    const { origin, reader, holder, lease } = this.#parts;
    const { signal } = this.#stopping;
    const claims = await this.#call((client) =>
      client.claim({ page: origin.name, reader, holder, max, lease, wait: WAIT, signal }),
    );
    if (signal.aborted) {
      const tokens = claims.map(({ token }) => token);
      await this.#call((client) => client.release(tokens, 0));
      return;
    }
    const fresh = claims.flatMap((claim) => {
      const here = this.#here.get(claim.entry.id);
      here?.claimedAgain(claim);
      return here === undefined ? [new LedgerInbound(claim, origin, reader)] : [];
    });
    for (const inbound of fresh) this.#here.set(inbound.id, inbound);
    if (fresh.length > 0) sink.deliver(fresh);
  }

  /** What the ledger has handed out again meanwhile has another token by now. */
  async #acknowledge(done: readonly LedgerInbound[]): Promise<void> {
    if (done.length === 0) return;
    const sent = new Map(done.map((inbound) => [inbound.token, inbound]));
    const invalid = await this.#call((client) => client.settle([...sent.keys()]));
    const again = invalid.flatMap((token) => {
      const inbound = sent.get(token);
      return inbound === undefined || inbound.token === token ? [] : [inbound];
    });
    await this.#acknowledge(again);
  }

  async #extend(): Promise<void> {
    const here = [...this.#here.values()];
    const tokens = new Map(here.map((inbound) => [inbound.token, inbound]));
    const { lease } = this.#parts;
    const lost = await this.#call((client) => client.extend([...tokens.keys()], lease)).catch(
      () => [],
    );
    for (const token of lost) {
      const inbound = tokens.get(token);
      if (inbound?.token === token && this.#here.has(inbound.id)) inbound.lose();
    }
  }

  #call<R>(ask: (client: LedgerClient) => R): R {
    const { client, suppress } = this.#parts;
    return suppress(() => ask(client));
  }
}
