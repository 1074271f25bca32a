import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onFirstFetch } from './first-fetch.js';

const METADATA = 3;
const FETCH = 1;

const requestOf = (apiKey: number): Buffer => Buffer.from([0, 0, 0, 4, 0, apiKey, 0, 12]);

let server: Server;

async function connection(): Promise<{ readonly client: Socket; readonly broker: Socket }> {
  server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(client, 'connect');
  return { client, broker: await accepted };
}

describe('onFirstFetch', () => {
  afterEach(async () => {
    server.close();
    await once(server, 'close');
  });

  it('sees the first request for messages, once, and lets everything through', async () => {
    let seen = 0;
    onFirstFetch(() => {
      seen += 1;
    });
    const { client, broker } = await connection();
    const received = buffer(broker);
    const seenAfter = [METADATA, FETCH, FETCH].map((apiKey) => {
      client.write(requestOf(apiKey));
      return seen;
    });
    client.end();

    expect(await received).toEqual(Buffer.concat([METADATA, FETCH, FETCH].map(requestOf)));
    expect(seenAfter).toEqual([0, 1, 1]);
    expect(Object.hasOwn(client, 'write')).toBe(false);
  });
});
