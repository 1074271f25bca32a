import {
  firstHeader,
  ThroughlineError,
  type Headers,
  type InboundMessage,
  type SourcePartition,
} from 'throughline/transport';
import { readContext, type Incoming, type MessageContext } from 'throughline/tracing';
import type { Claim, Entry } from './ledger-client.js';
import { LEDGER_FACTS, LEDGER_SYSTEM } from './page.js';

/** An entry as the message of a handler. */
export class LedgerInbound implements InboundMessage {
  readonly entry: Entry;
  readonly failures: number;
  readonly receivedAt = Date.now();
  readonly incoming: Incoming;
  readonly malformedContext: string | undefined;
  readonly #lost = new AbortController();
  #token: string;

  constructor(
    { entry, failures, token }: Claim,
    readonly origin: SourcePartition,
    reader: string,
  ) {
    const context: MessageContext = readContext((name) => firstHeader(entry.headers, name));
    this.entry = entry;
    this.failures = failures;
    this.#token = token;
    this.malformedContext = context.malformed;
    this.incoming = {
      system: LEDGER_SYSTEM.name,
      systemFacts: LEDGER_FACTS,
      destination: entry.page,
      id: entry.id,
      sentAt: entry.enteredAt,
      facts: { position: entry.position, reader },
      traceparent: context.traceparent,
      tracestate: context.tracestate,
      parent: context.parent,
    };
  }

  get id(): string {
    return this.entry.id;
  }

  get key(): string | null {
    return this.entry.key;
  }

  get lane(): string | null {
    return this.entry.key;
  }

  get raw(): Uint8Array | null {
    return this.entry.body;
  }

  get headers(): Headers {
    return this.entry.headers;
  }

  get bytes(): number {
    return this.entry.body?.length ?? 0;
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  get isOurs(): boolean {
    return !this.#lost.signal.aborted;
  }

  /** The claim by which it is here. */
  get token(): string {
    return this.#token;
  }

  /** The claim has expired, or was revoked. */
  lose(): void {
    if (this.#lost.signal.aborted) return;
    this.#lost.abort(
      new ThroughlineError(
        'TL_LEDGER_LEASE_LOST',
        `The lease of the entry ${this.id} has expired, and another process may have it.`,
        { errorClass: 'notOurs' },
      ),
    );
  }

  /** The ledger has handed it out again, to this very process. */
  claimedAgain({ token }: Claim): void {
    this.lose();
    this.#token = token;
  }
}
