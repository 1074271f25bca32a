import { connect } from 'node:net';
import { host } from './ports.js';

const patienceMs = 2_000;

/** A server's response to a request, read until `isEnough`. `undefined` if it does not listen, closes the connection or takes 2 s. */
export function ask(
  port: number,
  request: Uint8Array | string,
  isEnough: (answer: Buffer) => boolean,
): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: patienceMs });
    let answer = Buffer.alloc(0);
    const end = (value: Buffer | undefined): void => {
      socket.destroy();
      resolve(value);
    };
    const patience = setTimeout(() => {
      end(undefined);
    }, patienceMs);
    socket.once('connect', () => socket.write(request));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (isEnough(answer)) end(answer);
    });
    socket.once('error', () => {
      end(undefined);
    });
    socket.once('close', () => {
      clearTimeout(patience);
      resolve(undefined);
    });
  });
}

/** Redis answers PING with PONG when it has loaded its data, and with an error before. */
export async function redisAnswers(port: number): Promise<boolean> {
  const answer = await ask(port, 'PING\r\n', (bytes) => bytes.includes('\r\n'));
  return answer?.toString().startsWith('+PONG') ?? false;
}

/** ElasticMQ lists its queues. */
export const elasticMqAnswers = (port: number): Promise<boolean> =>
  pageHas(`http://${host}:${port}/?Action=ListQueues`, /ListQueuesResponse/);

/** A schema registry lists its subjects. */
export const registryAnswers = (address: string): Promise<boolean> =>
  pageHas(`${address}/subjects`, /^\[.*\]$/s);

/** Whether a server returns a page with this text within 2 s. */
async function pageHas(url: string, text: RegExp): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    return response.ok && text.test(await response.text());
  } catch {
    return false;
  }
}
