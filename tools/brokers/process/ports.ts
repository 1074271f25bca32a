import { createServer, type Server } from 'node:net';
import { systemCodeOf } from './system-code.js';

/** Brokers of tests and of a developer's machine listen on this address only, so no other machine reaches them. */
export const host = '127.0.0.1';

const listen = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host }, () => {
      resolve(server);
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new TypeError('the TCP server has no port');
  return address.port;
};

/** The ports that this process has handed out. Nobody may listen on them yet, so the system would hand them out again. */
const handedOut = new Set<number>();

/** Different free ports of 127.0.0.1. No port is returned twice in this process. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers: Server[] = [];
  const ports: number[] = [];
  while (ports.length < count) {
    const server = await listen(0);
    servers.push(server);
    const port = portOf(server);
    if (!handedOut.has(port)) ports.push(port);
  }
  for (const port of ports) handedOut.add(port);
  await Promise.all(servers.map(close));
  return ports;
}

/** A free port of 127.0.0.1. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new RangeError('no free port was found');
  return port;
}

/** Whether the port is in use. */
export async function isTaken(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return false;
  } catch (error) {
    if (systemCodeOf(error) === 'EADDRINUSE') return true;
    throw error;
  }
}
