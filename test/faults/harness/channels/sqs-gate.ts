import { Agent, createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call of the SQS API. */
export interface SqsCall {
  /** `ReceiveMessage`, `DeleteMessageBatch` … */
  readonly action: string;
  readonly body: Record<string, unknown>;
}

export interface SqsAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Answers a call, itself or by `forward`, which calls the broker. */
export type SqsRule = (
  call: SqsCall,
  forward: (body: Record<string, unknown>) => Promise<SqsAnswer>,
) => Promise<SqsAnswer>;

const forwardAll: SqsRule = ({ body }, forward) => forward(body);
const PASSED_ON = ['x-amz-target', 'content-type', 'authorization', 'x-amz-date'];

/** An HTTP proxy in front of an SQS. Unlike a TCP proxy, it sees each call and can answer it itself. */
export class SqsGate {
  /** Answers all calls from now on. */
  rule: SqsRule = forwardAll;
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(
    server: Server,
    private readonly target: string,
    private readonly observe: (call: SqsCall, answer: SqsAnswer) => void,
  ) {
    this.#server = server;
  }

  /** @param see receives each call with its answer, before the caller does */
  static async open(
    target: string,
    observe: (call: SqsCall, answer: SqsAnswer) => void,
  ): Promise<SqsGate> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const gate = new SqsGate(server, target, observe);
    server.on('request', (incoming, outgoing) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('error', () => undefined);
      incoming.on('end', () => {
        gate.#answer(incoming.headers, Buffer.concat(pieces)).then(
          ({ status, body }) => {
            outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
            outgoing.end(JSON.stringify(body));
          },
          // An unavailable broker does not respond.
          () => outgoing.socket?.resetAndDestroy(),
        );
      });
    });
    return gate;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#agent.destroy();
  }

  async #answer(headers: IncomingHttpHeaders, bytes: Buffer): Promise<SqsAnswer> {
    const target = headers['x-amz-target'];
    const call: SqsCall = {
      action: typeof target === 'string' ? target.replace(/^AmazonSQS\./, '') : '',
      body: parsed(bytes),
    };
    const answer = await this.rule(call, (body) => this.#forward(headers, body));
    this.observe(call, answer);
    return answer;
  }

  #forward(headers: IncomingHttpHeaders, body: Record<string, unknown>): Promise<SqsAnswer> {
    const kept = PASSED_ON.flatMap((name) => (name in headers ? [[name, headers[name]]] : []));
    return new Promise((resolve, reject) => {
      const onward = request(
        this.target,
        { method: 'POST', agent: this.#agent, headers: Object.fromEntries(kept) as never },
        (incoming) => {
          const pieces: Buffer[] = [];
          incoming.on('data', (piece: Buffer) => pieces.push(piece));
          incoming.on('error', reject);
          incoming.on('end', () => {
            resolve({ status: incoming.statusCode ?? 500, body: parsed(Buffer.concat(pieces)) });
          });
        },
      );
      onward.on('error', reject);
      onward.end(JSON.stringify(body));
    });
  }
}

const parsed = (bytes: Buffer): Record<string, unknown> =>
  bytes.length === 0 ? {} : (JSON.parse(bytes.toString('utf8')) as Record<string, unknown>);
