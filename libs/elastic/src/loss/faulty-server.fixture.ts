import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** How a request for events is answered; without an answer it stays open. */
export type Mood = 'takes' | 'refuses' | 'takes one' | 'is silent';

export interface MoodyServer {
  readonly url: string;
  /** Resolves with the next request for events, once it has been read. */
  request(): Promise<void>;
  close(): Promise<void>;
}

const answer: Readonly<Record<Mood, (response: ServerResponse) => void>> = {
  takes: (response) => response.writeHead(202).end(),
  refuses: (response) => response.writeHead(503).end('queue is full'),
  'takes one': (response) =>
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end(JSON.stringify({ accepted: 1, errors: [{ message: 'what is this?' }] })),
  'is silent': () => undefined,
};

/** An APM Server in trouble: it answers requests for events in these ways, the last one for all that follow, and others with 500. */
export async function openMoodyServer(...moods: readonly [Mood, ...Mood[]]): Promise<MoodyServer> {
  const waiting: (() => void)[] = [];
  let requests = 0;
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      response.writeHead(500).end();
      return;
    }
    const mood = moods[Math.min(requests, moods.length - 1)] ?? 'takes';
    requests += 1;
    await text(request);
    answer[mood](response);
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
