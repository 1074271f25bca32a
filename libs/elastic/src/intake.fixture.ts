import { createServer } from 'node:http';
import { createGunzip } from 'node:zlib';
import { text } from 'node:stream/consumers';

/** What the agent sent, as far as the tests look at it (elastic/apm-data, intake v2). */
interface Sent {
  readonly id: string;
  readonly trace_id: string;
  readonly parent_id?: string;
  readonly context?: Context;
  readonly links?: readonly { readonly trace_id: string; readonly span_id: string }[];
}

interface Context {
  readonly tags?: Readonly<Record<string, unknown>>;
  readonly message?: {
    readonly queue?: { readonly name: string };
    readonly age?: { readonly ms: number };
  };
  readonly service?: { readonly framework?: unknown; readonly target?: unknown };
  readonly cloud?: unknown;
  readonly destination?: {
    readonly address?: string;
    readonly port?: number;
    readonly cloud?: unknown;
    readonly service?: { readonly resource: string };
  };
}

export interface SentTransaction extends Sent {
  readonly name: string;
  readonly type: string;
  readonly outcome: string;
  readonly result: string;
  readonly sample_rate?: number;
  readonly span_count: { readonly started: number; readonly dropped?: number };
}

export interface SentSpan extends Sent {
  readonly name: string;
  readonly type: string;
  readonly subtype: string;
  readonly action: string;
  readonly outcome: string;
  readonly composite?: unknown;
  readonly transaction_id: string;
}

export interface SentError extends Sent {
  readonly transaction_id: string;
  readonly exception?: {
    readonly message: string;
    readonly type: string;
    readonly attributes?: unknown;
    readonly stacktrace: readonly { readonly function: string }[];
  };
  readonly log?: { readonly message: string };
}

interface Line {
  readonly transaction?: SentTransaction;
  readonly span?: SentSpan;
  readonly error?: SentError;
}

export interface Intake {
  readonly url: string;
  readonly lines: readonly Line[];
  close(): Promise<void>;
}

/** A server that takes what the agent sends, and keeps it. */
export async function openIntake(): Promise<Intake> {
  const lines: Line[] = [];
  const server = createServer((request, response) => {
    const zipped = request.headers['content-encoding'] === 'gzip';
    void text(zipped ? request.pipe(createGunzip()) : request).then((body) => {
      for (const line of body.split('\n')) {
        if (line !== '') lines.push(JSON.parse(line) as Line);
      }
      // The agent asks for the server's version, and sends what that takes.
      if (request.method === 'GET') response.end('{"version":"8.15.0"}');
      else response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    lines,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
    },
  };
}
