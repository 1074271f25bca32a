import type { Headers } from 'throughline/transport';

/** A message that is to be entered into a page. */
export interface NewEntry {
  readonly page: string;
  readonly key: string | null;
  readonly body: Uint8Array | null;
  readonly headers: Headers;
  /** Milliseconds until readers see it. */
  readonly delay?: number | undefined;
  /** Only this reader gets it. Default: every reader of the page. */
  readonly onlyFor?: string | undefined;
}

/** A message as the ledger keeps it. */
export interface Entry extends NewEntry {
  readonly id: string;
  /** Its number in its page. */
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly enteredAt: number;
}

/** An entry that a reader has for a while, and that no other instance of the reader gets meanwhile. */
export interface Claim {
  readonly token: string;
  readonly entry: Entry;
  /** How many failures the reader has reported. */
  readonly failures: number;
}

/** What an instance of a reader asks for. */
export interface ClaimRequest {
  readonly page: string;
  readonly reader: string;
  /** The instance: it alone gets the later entries of a key while it has an earlier one. */
  readonly holder: string;
  readonly max: number;
  /** Milliseconds that it has an entry unless it extends its claim. */
  readonly lease: number;
  /** Milliseconds to wait for entries where there are none. */
  readonly wait: number;
  readonly signal: AbortSignal;
}

/** What a transport asks of a ledger. */
export interface LedgerClient {
  has(page: string): Promise<boolean>;
  /** An answer for each entry, in order: its id, or why it is refused. */
  enter(entries: readonly NewEntry[]): Promise<readonly PromiseSettledResult<string>[]>;
  claim(request: ClaimRequest): Promise<readonly Claim[]>;
  /** Answers with the tokens that are no longer valid. */
  extend(tokens: readonly string[], lease: number): Promise<readonly string[]>;
  /** The entries are done with. Answers with the tokens that are no longer valid. */
  settle(tokens: readonly string[]): Promise<readonly string[]>;
  /** The entries may be claimed again, after so many milliseconds. */
  release(tokens: readonly string[], after: number): Promise<void>;
  countFailure(token: string, failures: number): Promise<void>;
  /** How many entries of the page the reader has not settled. */
  unsettled(page: string, reader: string): Promise<number>;
  /** All entries of a page, whoever has read them. */
  entries(page: string): Promise<readonly Entry[]>;
  /** Takes an entry out of a page for good. */
  strike(page: string, id: string): Promise<void>;
}

/** The ledger refuses a message: it will never take it. */
export class EntryRefused extends Error {
  constructor(readonly reason: 'page-missing' | 'too-large') {
    super(reason);
  }
}
