import { randomUUID } from 'node:crypto';
import type { Outgoing } from 'throughline/tracing';
import {
  channelText,
  DEAD_LETTER_HEADER,
  headersFrom,
  optionErrors,
  readDuration,
  SharedRequests,
  ThroughlineError,
  withoutHeader,
  withTraceContext,
  type AnyChannel,
  type Connection,
  type DeadLetterRequest,
  type HandlerGroup,
  type HandlerSpec,
  type StoredDeadLetter,
  type Outbound,
  type Receipt,
  type Redelivery,
  type RedeliveryTarget,
  type RedrivePlan,
  type RedriveProgress,
  type Source,
  type TransportContext,
} from 'throughline/transport';
import { EntryRefused, type Entry, type LedgerClient, type NewEntry } from './ledger-client.js';
import {
  LEDGER_FACTS,
  LEDGER_SYSTEM,
  leaseOf,
  PUBLISH_RULES,
  readerOf,
  type PageTerms,
} from './page.js';
import { LedgerSource } from './source.js';

/** An application's part in the ledger. */
export class LedgerConnection implements Connection<PageTerms> {
  readonly #client: LedgerClient;
  readonly #context: TransportContext;
  readonly #holder = randomUUID();
  readonly #requests: SharedRequests<NewEntry, string, Receipt>;

  constructor(client: LedgerClient, context: TransportContext) {
    this.#client = client;
    this.#context = context;
    this.#requests = new SharedRequests({
      inFlight: 1,
      fit: (waiting: readonly NewEntry[]) => waiting.length,
      send: (entries) => context.suppress(() => client.enter(entries)),
      succeeded: (_, id): Receipt => ({ id, context: 'whole' }),
      tooLate: ({ page }) =>
        new ThroughlineError('TL_LEDGER_UNAVAILABLE', `The ledger does not respond for "${page}".`),
      failed: ({ page }, reason) => refused(page, reason),
    });
  }

  destination({ name }: AnyChannel): Outgoing {
    return { system: LEDGER_SYSTEM.name, systemFacts: LEDGER_FACTS, destination: name };
  }

  async check(handlers: readonly HandlerSpec[]): Promise<readonly ThroughlineError[]> {
    const errors = await Promise.all(handlers.map((handler) => this.#errorsOf(handler)));
    return errors.flat();
  }

  checkDeadLetterChannels(channels: readonly AnyChannel[]): Promise<readonly ThroughlineError[]> {
    return this.#missing(channels.map(({ name }) => name));
  }

  handlerGroups<H extends HandlerSpec>(handlers: readonly H[]): readonly HandlerGroup<H>[] {
    const byPage = Map.groupBy(handlers, ({ channel }) => channel.name);
    return [...byPage.values()].flatMap((ofPage) =>
      [...Map.groupBy(ofPage, (handler) => this.#readerOf(handler))].map(([group, ofReader]) => ({
        handlers: ofReader,
        group,
      })),
    );
  }

  source({ handlers: [first] }: HandlerGroup): Source {
    if (first === undefined) throw new TypeError('A subscription has a handler.');
    const { name } = first.channel;
    return new LedgerSource({
      client: this.#client,
      origin: { channel: name, name },
      reader: this.#readerOf(first),
      holder: this.#holder,
      lease: leaseOf(first),
      suppress: this.#context.suppress,
    });
  }

  publishTerms(channel: AnyChannel, options: Readonly<Record<string, unknown>>): PageTerms {
    const [error] = optionErrors(`a publish to ${channelText(channel)}`, options, PUBLISH_RULES);
    if (error !== undefined) throw error;
    const { delay } = options;
    return { delay: delay === undefined ? undefined : readDuration(delay) };
  }

  send({
    channel,
    body,
    key,
    headers,
    terms,
    timeout,
    ...trace
  }: Outbound<PageTerms>): Promise<Receipt> {
    const entry: NewEntry = {
      page: channel.name,
      key: key === null ? null : Buffer.from(key).toString(),
      body: body === null ? null : Buffer.from(body),
      headers: withTraceContext({ headers, ...trace }),
      delay: terms?.delay,
    };
    return this.#requests.send(entry, Date.now() + timeout);
  }

  deadLettersOf(handler: HandlerSpec): string {
    return `${handler.channel.name}.${this.#readerOf(handler)}.dead`;
  }

  async storeDeadLetter({ inbound, to, causes: [cause] }: DeadLetterRequest): Promise<void> {
    const own = Object.entries(withoutHeader(inbound.headers, DEAD_LETTER_HEADER));
    const headers =
      cause === undefined ? headersFrom(own) : headersFrom([...own, [DEAD_LETTER_HEADER, cause]]);
    await this.#write({ page: to, key: inbound.key, body: inbound.raw, headers });
  }

  async redrive(plan: RedrivePlan): Promise<RedriveProgress> {
    const { from, wants, isDry, turn, signal, onProgress } = plan;
    const redelivery = await this.redelivery(plan);
    const deliver: Redelivery['deliver'] = plan.deliver ?? ((some) => redelivery.deliver(some));
    const letters = await this.#ask((client) => client.entries(from));
    let progress: RedriveProgress = { seen: 0, moved: 0, left: 0 };
    for (const entry of letters) {
      if (signal.aborted) break;
      const letter = letterOf(entry);
      const isWanted = wants(letter);
      if (isWanted && !isDry) {
        await turn();
        const [answer] = await deliver([letter]);
        if (answer?.status === 'rejected') throw answer.reason;
        await this.#ask((client) => client.strike(from, entry.id));
      }
      const { seen, moved, left } = progress;
      progress = {
        seen: seen + 1,
        moved: moved + Number(isWanted),
        left: left + Number(!isWanted),
      };
      onProgress(progress);
    }
    return progress;
  }

  redelivery({ handler, to }: RedeliveryTarget): Promise<Redelivery> {
    const onlyFor = to === 'handler' ? this.#readerOf(handler) : undefined;
    const page = handler.channel.name;
    return Promise.resolve({
      show: (letter: StoredDeadLetter) => letter,
      deliver: (letters: readonly StoredDeadLetter[]) =>
        this.#ask((client) =>
          client.enter(
            letters.map(({ key, headers, raw: body }) => ({ page, key, headers, body, onlyFor })),
          ),
        ),
    });
  }

  retention(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #readerOf(handler: HandlerSpec): string {
    return readerOf(handler) ?? this.#context.name;
  }

  async #errorsOf(handler: HandlerSpec): Promise<readonly ThroughlineError[]> {
    try {
      leaseOf(handler);
      const dead = handler.options.deadLetter === true ? [this.deadLettersOf(handler)] : [];
      return await this.#missing([handler.channel.name, ...dead]);
    } catch (error) {
      if (error instanceof ThroughlineError) return [error];
      throw error;
    }
  }

  async #missing(pages: readonly string[]): Promise<readonly ThroughlineError[]> {
    const found = await Promise.all(pages.map((page) => this.#ask((client) => client.has(page))));
    return pages.filter((_, at) => found[at] !== true).map(pageMissing);
  }

  async #write(entry: NewEntry): Promise<void> {
    const [answer] = await this.#ask((client) => client.enter([entry]));
    if (answer?.status === 'rejected') throw refused(entry.page, answer.reason);
  }

  #ask<R>(question: (client: LedgerClient) => R): R {
    return this.#context.suppress(() => question(this.#client));
  }
}

const letterOf = ({ id, key, headers, body }: Entry): StoredDeadLetter => ({
  id,
  key,
  headers,
  raw: body,
});

const pageMissing = (page: string): ThroughlineError =>
  new ThroughlineError('TL_LEDGER_PAGE_MISSING', `The ledger has no page "${page}": open it.`, {
    errorClass: 'blocked',
  });

function refused(page: string, reason: unknown): unknown {
  if (!(reason instanceof EntryRefused)) return reason;
  if (reason.reason === 'page-missing') return pageMissing(page);
  return new ThroughlineError('TL_LEDGER_TOO_LARGE', `An entry of "${page}" is too large.`, {
    errorClass: 'refused',
  });
}
