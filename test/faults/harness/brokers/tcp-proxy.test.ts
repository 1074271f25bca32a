import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TcpProxy } from './tcp-proxy.js';

describe('the network of the fault suite', () => {
  let broker: Server;
  let proxy: TcpProxy;
  const clients: Socket[] = [];

  beforeEach(async () => {
    broker = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    broker.listen(0, '127.0.0.1');
    await once(broker, 'listening');
    proxy = await TcpProxy.open(() => (broker.address() as AddressInfo).port);
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await proxy.close();
    await new Promise((resolve) => broker.close(resolve));
  });

  async function client(): Promise<Socket> {
    const socket = connect(proxy.port, '127.0.0.1');
    clients.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  async function echo(socket: Socket, text: string): Promise<string> {
    socket.write(text);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString();
  }

  it('carries data in both directions', async () => {
    expect(await echo(await client(), 'hello')).toBe('hello');
  });

  it('resets the existing connections, and accepts new ones', async () => {
    const socket = await client();
    await echo(socket, 'hello');

    proxy.reset();

    await expect(once(socket, 'data')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await echo(await client(), 'again')).toBe('again');
  });

  it('leaves a half-open connection open and silent', async () => {
    const socket = await client();
    await echo(socket, 'hello');
    let deleteResult = 0;
    socket.on('data', () => (deleteResult += 1));

    proxy.halfOpen();
    socket.write('anyone?');
    await echo(await client(), 'a new connection works');

    expect(socket.closed).toBe(false);
    expect(deleteResult).toBe(0);
  });
});
