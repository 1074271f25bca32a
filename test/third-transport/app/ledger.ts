import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  EntryRefused,
  type Claim,
  type ClaimRequest,
  type Entry,
  type LedgerClient,
  type NewEntry,
} from './ledger-client.js';

/** The largest body in bytes. */
export const MAX_BODY = 65_536;

const LOOK_AGAIN_AFTER = 25;

interface Waiting {
  readonly entry: Entry;
  failures: number;
  visibleAt: number;
  claim?: { readonly token: string; readonly holder: string; until: number } | undefined;
}

/** A broker in memory. Every reader gets every entry of a page, and the entries of a key in order. */
export class Ledger implements LedgerClient {
  readonly #pages = new Map<string, Entry[]>();
  /** By page and reader. */
  readonly #readers = new Map<string, Map<string, Waiting[]>>();
  #changed = Promise.withResolvers<undefined>();

  open(page: string): void {
    if (!this.#pages.has(page)) this.#pages.set(page, []);
  }

  async has(page: string): Promise<boolean> {
    await nextTurn();
    return this.#pages.has(page);
  }

  async enter(entries: readonly NewEntry[]): Promise<readonly PromiseSettledResult<string>[]> {
    await nextTurn();
    const answers = entries.map((entry): PromiseSettledResult<string> => {
      const page = this.#pages.get(entry.page);
      if (page === undefined)
        return { status: 'rejected', reason: new EntryRefused('page-missing') };
      if ((entry.body?.length ?? 0) > MAX_BODY) {
        return { status: 'rejected', reason: new EntryRefused('too-large') };
      }
      return { status: 'fulfilled', value: this.#enter(page, entry) };
    });
    this.#tell();
    return answers;
  }

  async claim(request: ClaimRequest): Promise<readonly Claim[]> {
    const until = Date.now() + request.wait;
    for (;;) {
      await nextTurn();
      const claims = request.signal.aborted ? [] : this.#claim(request);
      if (claims.length > 0 || request.signal.aborted || Date.now() >= until) return claims;
      await this.#change(request.signal);
    }
  }

  async extend(tokens: readonly string[], lease: number): Promise<readonly string[]> {
    await nextTurn();
    this.#expire();
    const found = this.#claimed(tokens);
    for (const { claim } of found.values()) if (claim) claim.until = Date.now() + lease;
    return tokens.filter((token) => !found.has(token));
  }

  async settle(tokens: readonly string[]): Promise<readonly string[]> {
    await nextTurn();
    this.#expire();
    const found = this.#claimed(tokens);
    const settled = new Set(found.values());
    for (const readers of this.#readers.values()) {
      for (const [reader, waiting] of readers) {
        readers.set(
          reader,
          waiting.filter((one) => !settled.has(one)),
        );
      }
    }
    this.#tell();
    return tokens.filter((token) => !found.has(token));
  }

  async release(tokens: readonly string[], after: number): Promise<void> {
    await nextTurn();
    for (const waiting of this.#claimed(tokens).values()) {
      waiting.claim = undefined;
      waiting.visibleAt = Date.now() + after;
    }
    this.#tell();
  }

  async countFailure(token: string, failures: number): Promise<void> {
    await nextTurn();
    const waiting = this.#claimed([token]).get(token);
    if (waiting) waiting.failures = failures;
  }

  async unsettled(page: string, reader: string): Promise<number> {
    await nextTurn();
    return this.#waitingOf(page, reader).length;
  }

  async entries(page: string): Promise<readonly Entry[]> {
    await nextTurn();
    return [...(this.#pages.get(page) ?? [])];
  }

  async strike(page: string, id: string): Promise<void> {
    await nextTurn();
    const entries = this.#pages.get(page) ?? [];
    this.#pages.set(
      page,
      entries.filter((entry) => entry.id !== id),
    );
  }

  /** How many entries of the page are claimed for the reader. */
  claimedBy(page: string, reader: string): number {
    return this.#waitingOf(page, reader).filter(({ claim }) => claim !== undefined).length;
  }

  /** Ends all claims of a reader, as if their leases had expired. */
  revoke(page: string, reader: string): void {
    for (const waiting of this.#waitingOf(page, reader)) waiting.claim = undefined;
    this.#tell();
  }

  #enter(page: Entry[], entry: NewEntry): string {
    const now = Date.now();
    const known = { ...entry, id: randomUUID(), position: page.length, enteredAt: now };
    page.push(known);
    const readers = this.#readers.get(entry.page);
    if (entry.onlyFor !== undefined) this.#waitingOf(entry.page, entry.onlyFor);
    for (const [reader, waiting] of readers ?? []) {
      if (entry.onlyFor === undefined || entry.onlyFor === reader) waiting.push(waitingFor(known));
    }
    return known.id;
  }

  /** A reader that comes for the first time begins with the first entry. */
  #waitingOf(page: string, reader: string): Waiting[] {
    const readers = this.#readers.get(page) ?? new Map<string, Waiting[]>();
    this.#readers.set(page, readers);
    const known = readers.get(reader);
    if (known !== undefined) return known;
    const all = (this.#pages.get(page) ?? [])
      .filter(({ onlyFor }) => onlyFor === undefined || onlyFor === reader)
      .map(waitingFor);
    readers.set(reader, all);
    return all;
  }

  #claim({ page, reader, holder, max, lease }: ClaimRequest): readonly Claim[] {
    this.#expire();
    const now = Date.now();
    const blocked = new Set<string>();
    const claims: Claim[] = [];
    for (const waiting of this.#waitingOf(page, reader)) {
      if (claims.length >= max) break;
      const { entry, claim } = waiting;
      const isDelayed = waiting.visibleAt > now;
      if (claim !== undefined || isDelayed || (entry.key !== null && blocked.has(entry.key))) {
        // A delayed entry has no place in the order of its key yet.
        const isBeforeOthers =
          claim?.holder !== holder && !(isDelayed && entry.delay !== undefined);
        if (entry.key !== null && isBeforeOthers) blocked.add(entry.key);
        continue;
      }
      const token = randomUUID();
      waiting.claim = { token, holder, until: now + lease };
      claims.push({ token, entry, failures: waiting.failures });
    }
    return claims;
  }

  /** Whoever loses an entry loses the later ones of its key too: they must not run before it. */
  #expire(): void {
    const now = Date.now();
    for (const waiting of this.#all()) {
      const expired = new Set<string | null>();
      for (const one of waiting) {
        const { claim, entry } = one;
        if (claim === undefined) continue;
        if (claim.until > now && (entry.key === null || !expired.has(entry.key))) continue;
        one.claim = undefined;
        expired.add(entry.key);
      }
    }
  }

  #claimed(tokens: readonly string[]): Map<string, Waiting> {
    const wanted = new Set(tokens);
    return new Map(
      this.#all()
        .flat()
        .flatMap((waiting) => {
          const token = waiting.claim?.token;
          return token !== undefined && wanted.has(token) ? [[token, waiting] as const] : [];
        }),
    );
  }

  #all(): Waiting[][] {
    return [...this.#readers.values()].flatMap((readers) => [...readers.values()]);
  }

  #tell(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers<undefined>();
  }

  /** Resolves after a change, after a moment, or on the signal. */
  async #change(signal: AbortSignal): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let wake = (): void => undefined;
    const moment = new Promise<void>((resolve) => {
      wake = resolve;
      timer = setTimeout(resolve, LOOK_AGAIN_AFTER);
    });
    signal.addEventListener('abort', wake, { once: true });
    await Promise.race([this.#changed.promise, moment]);
    clearTimeout(timer);
    signal.removeEventListener('abort', wake);
  }
}

const waitingFor = (entry: Entry): Waiting => ({
  entry,
  failures: 0,
  visibleAt: entry.enteredAt + (entry.delay ?? 0),
});
