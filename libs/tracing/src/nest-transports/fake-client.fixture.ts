import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { traced, type TracedTo } from './index.js';
import { RecordingTracer } from './recording-tracer.fixture.js';

/** A client of Nest's that sends nowhere, and keeps what it was to send. */
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
    this.#keep(packet);
    return (await this.answer(packet)) as T;
  }
  protected publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    this.#keep(packet);
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
  #keep(packet: ReadPacket): void {
    this.packets.push(packet);
    this.seenInside.push(this.tracer.current());
  }
}

export interface Scene {
  readonly tracer: RecordingTracer;
  readonly client: FakeClient;
  readonly proxy: FakeClient;
  /** What the client was given for the one message. */
  readonly given: () => unknown;
}

export function open(to: TracedTo): Scene {
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

/** Emits this from within a message's span. */
export async function emitted(
  to: TracedTo,
  data: unknown,
): Promise<Scene & { traceparent: string }> {
  const scene = open(to);
  await scene.tracer.inside(() => lastValueFrom(scene.proxy.emit('orders', data)));
  return { ...scene, traceparent: scene.tracer.sends[0]?.traceparent ?? '' };
}
