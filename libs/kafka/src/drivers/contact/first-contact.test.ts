import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { FirstContact } from './first-contact.js';

const lost = new Error('Closed connection');

/** A TLS alert: what a TLS port answers to plain text. */
const alert = Buffer.from([0x15, 3, 3, 0, 2, 2, 80]);

/** A port that answers every connection with these bytes, while `work` runs. */
async function atPort<T>(answer: Buffer, work: (broker: string) => Promise<T>): Promise<T> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await work(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

const contactWith = (...brokers: readonly string[]): FirstContact =>
  new FirstContact({ brokers, ssl: undefined, mechanism: undefined, connectionTimeout: 2_000 });

describe('the first contact with the brokers', () => {
  it('names the obstacle until a broker has served, and none after that', async () => {
    await atPort(alert, async (broker) => {
      const contact = contactWith(broker);

      const before = await contact.obstacle(lost);
      contact.made();
      const after = await contact.obstacle(lost);

      expect(before).toMatchObject({ code: 'TL_KAFKA_TLS_FAILED', errorClass: 'blocked' });
      expect(after).toBeUndefined();
    });
  });

  it('takes refused credentials for an outage once a broker has served', () => {
    const contact = contactWith('localhost:1');

    const before = contact.refusedLater(new Error('refused'));
    contact.made();

    expect(before).toBeUndefined();
    expect(contact.refusedLater(new Error('refused'))).toMatchObject({
      code: 'TL_KAFKA_UNAVAILABLE',
      errorClass: 'unavailable',
    });
  });

  it('names no obstacle if the client could not reach a broker, whatever listens there now', async () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

    const obstacle = await atPort(alert, (broker) =>
      contactWith(broker).obstacle(new Error('wrapped', { cause: refused })),
    );

    expect(obstacle).toBeUndefined();
  });

  it('names no obstacle if a port closes connections without a word', async () => {
    const obstacle = await atPort(Buffer.alloc(0), (broker) => contactWith(broker).obstacle(lost));

    expect(obstacle).toBeUndefined();
  });
});
