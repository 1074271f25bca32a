import type { Tracer } from 'throughline/tracing';
import type { AnyChannel, ChannelKind } from '../channel.js';
import { ThroughlineError } from '../errors.js';
import { currentRun } from '../current-run.js';
import type { Connection, Outbound, Receipt } from '../transport.js';
import { outboundOf } from './outbound.js';
import { PublishAllError } from './publish-all-error.js';
import { ChannelCounts, type PublishCounts } from './publish-counts.js';
import { Publisher, type PublishOptions } from './publisher.js';

/** The one road out: validate, encode, open the span, hand the message with its context to the transport. */
export class ChannelPublisher extends Publisher {
  readonly #connections: ReadonlyMap<ChannelKind, Connection>;
  readonly #tracer: Tracer;
  readonly #counts = new Map<string, ChannelCounts>();

  constructor(connections: ReadonlyMap<ChannelKind, Connection>, tracer: Tracer) {
    super();
    this.#connections = connections;
    this.#tracer = tracer;
  }

  /** What was published since the start, by channel. */
  get counts(): readonly PublishCounts[] {
    return [...this.#counts.values()].map(({ counts }) => counts);
  }

  override async publish(
    channel: AnyChannel,
    payload: unknown,
    options?: PublishOptions,
  ): Promise<Receipt> {
    const connection = this.#connectionOf(channel);
    return this.#send(connection, await outboundOf(channel, payload, options));
  }

  override async publishAll(
    channel: AnyChannel,
    payloads: readonly unknown[],
    options?: PublishOptions,
  ): Promise<readonly Receipt[]> {
    const connection = this.#connectionOf(channel);
    const outbounds = await Promise.all(
      payloads.map((payload) => outboundOf(channel, payload, options)),
    );
    const results = await Promise.allSettled(
      outbounds.map((message) => this.#send(connection, message)),
    );
    const error = PublishAllError.of(channel.name, results);
    if (error !== undefined) throw error;
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  async #send(connection: Connection, message: Outbound): Promise<Receipt> {
    const sending = this.#tracer.send(connection.destination(message.channel));
    const { traceparent, tracestate } = sending;
    const run = currentRun.get();
    const counts = this.#countsOf(message.channel);
    if (run !== undefined) run.pendingPublishes += 1;
    try {
      const receipt = await connection.send({ ...message, traceparent, tracestate });
      counts.sent(receipt);
      sending.end(undefined, { message_id: receipt.id, trace_context: receipt.context });
      return receipt;
    } catch (error) {
      counts.failed();
      sending.end(error);
      throw error;
    } finally {
      if (run !== undefined) run.pendingPublishes -= 1;
    }
  }

  #countsOf(channel: AnyChannel): ChannelCounts {
    const name = `${channel.kind} ${channel.name}`;
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    const counts = new ChannelCounts(channel);
    this.#counts.set(name, counts);
    return counts;
  }

  #connectionOf({ kind, name }: AnyChannel): Connection {
    const connection = this.#connections.get(kind);
    if (connection !== undefined) return connection;
    throw new ThroughlineError(
      'TL_TRANSPORT_MISSING',
      `Nothing carries the ${kind} "${name}": add ${kind === 'queue' ? 'sqs()' : 'kafka()'} to the transports of ThroughlineModule.forRoot.`,
    );
  }
}
