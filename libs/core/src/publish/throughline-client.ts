import { Inject, Injectable } from '@nestjs/common';
import { ClientProxy, type ReadPacket } from '@nestjs/microservices';
import { isRecord, ThroughlineError } from '#base';
import type { AnyChannel } from 'throughline/transport';
import { Publisher } from './publisher.js';

/**
 * Publishes with Nest's client API: `client.emit(channel, payload)`. Like {@link Publisher}, this client validates the payload
 * and adds the trace context. As with any Nest client, `emit` does nothing until you subscribe. An error that you do not handle
 * is not reported. Prefer `publisher.publish`, which returns a promise.
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

  /** Does nothing. Nest calls this method when it starts the client, but `connectTransports` connects the transports. */
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
      'client.send() is not supported, because messages have no replies. Use emit(), and publish the reply as a message.',
    );
  }

  protected override async dispatchEvent<T>({ pattern, data }: ReadPacket): Promise<T> {
    if (isChannel(pattern)) return (await this.#publisher.publish(pattern, data)) as T;
    throw new ThroughlineError(
      'TL_PATTERN_INVALID',
      'emit() needs a channel, not a name: client.emit(orderEvents, order). A name alone does not identify the broker.',
    );
  }
}

const isChannel = (pattern: unknown): pattern is AnyChannel =>
  isRecord(pattern) && 'system' in pattern && 'schema' in pattern && 'name' in pattern;
