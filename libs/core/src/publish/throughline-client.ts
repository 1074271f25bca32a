import { Inject, Injectable } from '@nestjs/common';
import { ClientProxy, type ReadPacket } from '@nestjs/microservices';
import { ThroughlineError } from '#base';
import { anyPayload } from '../handler/any-payload.js';
import type { ChannelKind } from 'throughline/transport';
import { Publisher } from './publisher.js';

/** The kind of channel, and its name. */
type Pattern = { readonly queue: string } | { readonly topic: string };

/**
 * Nest's own way to send: `client.emit(pattern, data)`. It goes the {@link Publisher}'s road, with the trace context, without a
 * schema. An `emit` that nobody subscribes to has failed silently if it fails, as with any client of Nest; prefer
 * `publisher.publish`, whose promise tells.
 *
 * @example
 * constructor(private readonly client: ThroughlineClient) {}
 * …
 * await lastValueFrom(this.client.emit({ topic: 'order_events' }, order));
 */
@Injectable()
export class ThroughlineClient extends ClientProxy {
  readonly #publisher: Publisher;

  constructor(@Inject(Publisher) publisher: Publisher) {
    super();
    this.#publisher = publisher;
  }

  /** Connects nothing: the transports are connected by `connectTransports`. */
  connect(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    return;
  }

  // The signature is Nest's own (ClientProxy#unwrap).
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  unwrap<T>(): T {
    return this.#publisher as T;
  }

  protected override publish(): never {
    throw new ThroughlineError(
      'TL_NO_REPLIES',
      'Messages on SQS and Kafka have no reply here, so there is no client.send(): use emit(), and let the answer be a message.',
    );
  }

  protected override async dispatchEvent<T>({ pattern, data }: ReadPacket): Promise<T> {
    const { kind, name } = channelOf(pattern as Pattern);
    return (await this.#publisher.publish(anyPayload(kind, name), data)) as T;
  }
}

function channelOf(pattern: Pattern): { readonly kind: ChannelKind; readonly name: string } {
  if (typeof pattern === 'object' && 'queue' in pattern)
    return { kind: 'queue', name: pattern.queue };
  if (typeof pattern === 'object' && 'topic' in pattern)
    return { kind: 'topic', name: pattern.topic };
  throw new ThroughlineError(
    'TL_PATTERN_INVALID',
    `emit() wants to know the kind of channel: { queue: 'name' } or { topic: 'name' }, not ${JSON.stringify(pattern)}.`,
  );
}
