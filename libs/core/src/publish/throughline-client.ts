import { Inject, Injectable } from '@nestjs/common';
import { ClientProxy, type ReadPacket } from '@nestjs/microservices';
import { isRecord, ThroughlineError } from '#base';
import type { AnyChannel } from 'throughline/transport';
import { Publisher } from './publisher.js';

/**
 * Nest's own way to send: `client.emit(channel, payload)`. It is the {@link Publisher}'s `publish`: validated, with the trace
 * context. An `emit` that nobody subscribes to does nothing, and one whose error nobody handles fails in silence, as with any client
 * of Nest's; prefer `publisher.publish`, whose promise tells you.
 *
 * @example
 * constructor(private readonly client: ThroughlineClient) {}
 * …
 * await lastValueFrom(this.client.emit(orderEvents, order));
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
      'Messages have no reply here, so there is no client.send(): use emit(), and let the answer be a message.',
    );
  }

  protected override async dispatchEvent<T>({ pattern, data }: ReadPacket): Promise<T> {
    if (isChannel(pattern)) return (await this.#publisher.publish(pattern, data)) as T;
    throw new ThroughlineError(
      'TL_PATTERN_INVALID',
      'emit() takes a channel, client.emit(orderEvents, order): a name alone does not say which broker it is of.',
    );
  }
}

const isChannel = (pattern: unknown): pattern is AnyChannel =>
  isRecord(pattern) && 'system' in pattern && 'schema' in pattern && 'name' in pattern;
