import type { Tracer } from 'throughline/tracing';
import type { AnyChannel } from 'throughline/transport';
import { currentRun } from '../pipeline/run/current-run.js';
import { countPendingPublishes, type Delivery } from '../delivery.js';
import { allOf, type MaybePromise } from '#base';
import type { Connection, Outbound, Receipt } from 'throughline/transport';
import type { Transports } from '../transports.js';
import { contentsOf, outboundOf, termsOf, type Contents, type Terms } from './outbound.js';
import { PublishAllError } from './publish-all-error.js';
import { ChannelCounts, type PublishCounts } from './publish-counts.js';
import { Publisher, type PublishOptions } from './publisher.js';

/** The properties common to all messages on a channel. */
interface Route {
  readonly channel: AnyChannel;
  readonly connection: Connection;
  readonly counts: ChannelCounts;
}

/**
 * Publishes messages. Validates and encodes each message, opens its span, and passes it with its trace context to the transport.
 */
export class ChannelPublisher extends Publisher {
  readonly #transports: Transports;
  readonly #tracer: Tracer;
  readonly #counts = new Map<string, ChannelCounts>();
  readonly #routes = new WeakMap<AnyChannel, Route>();

  constructor(transports: Transports, tracer: Tracer) {
    super();
    this.#transports = transports;
    this.#tracer = tracer;
  }

  /** The number of messages published to each channel. */
  get counts(): readonly PublishCounts[] {
    return [...this.#counts.values()].map(({ counts }) => counts);
  }

  override publish(
    channel: AnyChannel,
    payload: unknown,
    options?: PublishOptions,
  ): Promise<Receipt> {
    try {
      // The current run is read synchronously. After an `await`, it could be another run.
      const run = currentRun.get();
      const route = this.#routeTo(channel);
      const contents = contentsOf(route, payload, options?.key);
      return contents instanceof Promise
        ? contents.then((late) => this.#send(route, late, termsOf(route, options), run))
        : this.#send(route, contents, termsOf(route, options), run);
    } catch (error) {
      return rejected(error);
    }
  }

  override async publishAll(
    channel: AnyChannel,
    payloads: readonly unknown[],
    options?: PublishOptions,
  ): Promise<readonly Receipt[]> {
    const run = currentRun.get();
    const route = this.#routeTo(channel);
    const soon = allOf(payloads.map((payload) => contentsLater(route, payload, options?.key)));
    const all = soon instanceof Promise ? await soon : soon;
    const terms = termsOf(route, options);
    const sends = all.map((contents) => this.#send(route, contents, terms, run));
    const results = await Promise.allSettled(sends);
    const error = PublishAllError.of(channel.name, results);
    if (error !== undefined) throw error;
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  #send(
    { channel, connection, counts }: Route,
    contents: Contents,
    terms: Terms,
    run: Delivery | undefined,
  ): Promise<Receipt> {
    const sending = this.#tracer.send(connection.destination(channel));
    if (run !== undefined) countPendingPublishes(run, 1);
    return sendBy(connection, outboundOf(channel, contents, terms, sending)).then(
      (receipt) => {
        if (run !== undefined) countPendingPublishes(run, -1);
        counts.sent(receipt);
        sending.end(undefined, { message_id: receipt.id, trace_context: receipt.context });
        return receipt;
      },
      (error: unknown) => {
        if (run !== undefined) countPendingPublishes(run, -1);
        counts.failed();
        sending.end(error);
        throw error;
      },
    );
  }

  /** @throws ThroughlineError `TL_TRANSPORT_MISSING` */
  #routeTo(channel: AnyChannel): Route {
    const known = this.#routes.get(channel);
    if (known !== undefined) return known;
    const connection = this.#transports.of(channel);
    const route = { channel, connection, counts: this.#countsOf(channel) };
    this.#routes.set(channel, route);
    return route;
  }

  #countsOf(channel: AnyChannel): ChannelCounts {
    const name = `${channel.transport ?? channel.system.name} ${channel.name}`;
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    const counts = new ChannelCounts(channel);
    this.#counts.set(name, counts);
    return counts;
  }
}

const rejected = (error: unknown): Promise<never> =>
  // The error of a schema or a transport is passed on unchanged.
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  Promise.reject(error);

/**
 * Validates and encodes one of several messages if the schema is asynchronous for some of them. An error becomes a rejection, so
 * that it is reported only after all messages have been validated.
 */
function contentsLater(route: Route, payload: unknown, ownKey: unknown): MaybePromise<Contents> {
  try {
    return contentsOf(route, payload, ownKey);
  } catch (error) {
    return rejected(error);
  }
}

function sendBy(connection: Connection, message: Outbound): Promise<Receipt> {
  try {
    return connection.send(message);
  } catch (error) {
    return rejected(error);
  }
}
