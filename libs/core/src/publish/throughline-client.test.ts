import { describe, expect, it } from '@jest/globals';
import { lastValueFrom } from 'rxjs';
import { anyJson, type AnyChannel, type Receipt } from 'throughline/transport';
import { topic } from 'throughline/kafka';
import { queue } from 'throughline/sqs';
import { Publisher } from './publisher.js';
import { ThroughlineClient } from './throughline-client.js';

/** Keeps what is published. */
class Recording extends Publisher {
  readonly published: unknown[] = [];

  override publish({ kind, name }: AnyChannel, payload: unknown): Promise<Receipt> {
    this.published.push({ kind, name, payload });
    return Promise.resolve({ id: 'message-1', context: 'whole' });
  }

  override async publishAll(
    channel: AnyChannel,
    payloads: readonly unknown[],
  ): Promise<readonly Receipt[]> {
    return Promise.all(payloads.map((payload) => this.publish(channel, payload)));
  }
}

describe('ThroughlineClient', () => {
  it('emits through the publisher, to a queue and to a topic', async () => {
    const publisher = new Recording();
    const client = new ThroughlineClient(publisher);

    const receipt: unknown = await lastValueFrom(
      client.emit(queue('orders', { schema: anyJson }), { id: 1 }),
    );
    await lastValueFrom(client.emit(topic('events', { schema: anyJson }), { id: 2 }));

    expect(receipt).toEqual({ id: 'message-1', context: 'whole' });
    expect(publisher.published).toEqual([
      { kind: 'queue', name: 'orders', payload: { id: 1 } },
      { kind: 'topic', name: 'events', payload: { id: 2 } },
    ]);
  });

  it('refuses a pattern that is not a channel', async () => {
    const client = new ThroughlineClient(new Recording());

    await expect(lastValueFrom(client.emit('orders', {}))).rejects.toMatchObject({
      code: 'TL_PATTERN_INVALID',
    });
  });

  it('says that there are no replies', async () => {
    const client = new ThroughlineClient(new Recording());

    await expect(
      lastValueFrom(client.send(queue('orders', { schema: anyJson }), {})),
    ).rejects.toMatchObject({
      code: 'TL_NO_REPLIES',
    });
  });
});
