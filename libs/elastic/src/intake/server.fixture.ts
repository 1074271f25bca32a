import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import type { IntakeLine } from './events.fixture.js';
import { IntakeStream } from './stream.fixture.js';

export type { SentError, SentSpan, SentTransaction } from './events.fixture.js';

export interface Intake {
  readonly url: string;
  readonly lines: readonly IntakeLine[];
  /** @throws Error if the agent has sent something that the APM Server does not accept */
  close(): Promise<void>;
}

/** A server that checks and stores what the agent sends. */
export async function openIntake(): Promise<Intake> {
  const stream = new IntakeStream();
  const server = createServer((request, response) => {
    const zipped = request.headers['content-encoding'] === 'gzip';
    void text(zipped ? request.pipe(createGunzip()) : request).then(
      (body) => {
        if (request.method === 'POST') stream.take(body);
        // The agent asks for the server's version, and sends what that version accepts.
        if (request.method === 'GET') response.end('{"version":"8.15.0"}');
        else response.writeHead(202).end();
      },
      // The agent was destroyed during a request.
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    lines: stream.lines,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (stream.problems.length > 0) throw new Error(stream.problems.join('\n'));
    },
  };
}
