import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { traced, type TracedTo } from './index.js';
import { RecordingTracer } from './recording-tracer.fixture.js';

/** A Nest client that records the messages that it is asked to send. */
export class FakeClient extends ClientProxy {
  readonly packets: ReadPacket[] = [];
  readonly seenInside: unknown[] = [];
  answer: (packet: ReadPacket) => Promise<unknown> = () => Promise.resolve('answer');

  constructor(private readonly tracer: RecordingTracer) {
    super();
  }
  connect(): Promise<void> {
    return Promise.resolve();
  }
  close(): string {
    return 'closed';
  }
  unwrap(): never {
    throw new Error('There is nothing inside.');
  }
  emitBatch(
    pattern: string,
    { messages }: { messages: unknown[] },
  ): ReturnType<ClientProxy['emit']> {
    for (const data of messages) this.packets.push({ pattern, data });
    return this.emit(pattern, 'the whole');
  }
  protected async dispatchEvent<T>(packet: ReadPacket): Promise<T> {
    this.#record(packet);
    return (await this.answer(packet)) as T;
  }
  protected publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    this.#record(packet);
    this.answer(packet).then(
      (response) => {
        callback({ response });
        callback({ isDisposed: true });
      },
      (err: unknown) => {
        callback({ err });
      },
    );
    return () => undefined;
  }
  #record(packet: ReadPacket): void {
    this.packets.push(packet);
    this.seenInside.push(this.tracer.current());
  }
}

export interface OpenClient {
  readonly tracer: RecordingTracer;
  readonly client: FakeClient;
  readonly proxy: FakeClient;
  /** Returns what the client received for the message. */
  readonly given: () => unknown;
}

export function open(to: TracedTo): OpenClient {
  const tracer = new RecordingTracer();
  const client = new FakeClient(tracer);
  return {
    tracer,
    client,
    proxy: traced(client, tracer, to),
    given: () => {
      const data: unknown = client.packets[0]?.data;
      return data;
    },
  };
}

export const toKafka = { system: 'kafka' } as const;
export const order = { order_id: '1' };

/** Emits a message inside the span of another one. */
export async function emitted(
  to: TracedTo,
  data: unknown,
): Promise<OpenClient & { traceparent: string }> {
  const opened = open(to);
  await opened.tracer.inside(() => lastValueFrom(opened.proxy.emit('orders', data)));
  return { ...opened, traceparent: opened.tracer.sends[0]?.traceparent ?? '' };
}
