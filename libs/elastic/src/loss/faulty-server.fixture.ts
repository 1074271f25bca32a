import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** How the server responds to a request with events. Without a response, the request stays open. */
export type Answer = 'accepts' | 'rejects' | 'accepts one event' | 'does not respond';

export interface FaultyServer {
  readonly url: string;
  /** Resolves when the next request with events has been read. */
  request(): Promise<void>;
  close(): Promise<void>;
}

const respond: Readonly<Record<Answer, (response: ServerResponse) => void>> = {
  accepts: (response) => response.writeHead(202).end(),
  rejects: (response) => response.writeHead(503).end('queue is full'),
  'accepts one event': (response) =>
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end(JSON.stringify({ accepted: 1, errors: [{ message: 'what is this?' }] })),
  'does not respond': () => undefined,
};

/**
 * An APM Server with faults. It responds to each request with events in the next of the given ways, and repeats the last one. It
 * responds to all other requests with 500.
 */
export async function openFaultyServer(
  ...answers: readonly [Answer, ...Answer[]]
): Promise<FaultyServer> {
  const waiting: (() => void)[] = [];
  let requests = 0;
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      response.writeHead(500).end();
      return;
    }
    const answer = answers[Math.min(requests, answers.length - 1)] ?? 'accepts';
    requests += 1;
    await text(request);
    respond[answer](response);
    for (const wake of waiting.splice(0)) wake();
  };
  const server = createServer((request, response) => {
    receive(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    request: () => new Promise((resolve) => waiting.push(resolve)),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
