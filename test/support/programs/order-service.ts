import { resolve } from 'node:path';
import { freePort } from '#brokers';
import { Program, type ExitStatus } from './program.js';
import { until } from './until.js';

const MAIN = resolve('dist/src/main.js');

type Env = Readonly<Record<string, string>>;

/** The response of `POST /orders`. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The order service as a separate process, as built by `npm test`. */
export class OrderService {
  constructor(
    readonly program: Program,
    readonly url: string,
  ) {}

  /** Starts the service and waits until it answers or, if it serves no HTTP, until Nest has started. */
  static async start(env: Env): Promise<OrderService> {
    const port = await freePort();
    const program = new Program([MAIN], { PORT: String(port), ...env });
    const service = new OrderService(program, `http://127.0.0.1:${port}`);
    await program.waitForLine(/Nest microservice successfully started/);
    if (env.ROLES !== 'processor') {
      await until('the order service answers', () => service.#answers());
    }
    return service;
  }

  get log(): string {
    return this.program.log;
  }

  async place(order: Readonly<Record<string, unknown>>): Promise<Answer> {
    const response = await fetch(`${this.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  /** Waits until the order is processed. */
  async processed(orderId: string): Promise<unknown> {
    return until(`the order ${orderId} is processed`, async () => {
      const response = await fetch(`${this.url}/orders/${orderId}`);
      const body: unknown = await response.json();
      return response.status === 200 ? body : undefined;
    });
  }

  stop(): Promise<ExitStatus> {
    return this.program.stop();
  }

  async #answers(): Promise<true | undefined> {
    if (this.program.hasEnded) throw new Error(`It has ended:\n${this.log}`);
    try {
      await fetch(`${this.url}/orders/none`);
      return true;
    } catch {
      return undefined;
    }
  }
}

/** The agent's settings for a test. It sends everything to the recorder immediately and detects no cloud provider. */
export const tracedInto = (recorderUrl: string): Env => ({
  TRACER: 'elastic',
  ELASTIC_APM_SERVER_URL: recorderUrl,
  ELASTIC_APM_API_REQUEST_TIME: '200ms',
  ELASTIC_APM_CENTRAL_CONFIG: 'false',
  ELASTIC_APM_CLOUD_PROVIDER: 'none',
  ELASTIC_APM_LOG_LEVEL: 'error',
  ELASTIC_APM_METRICS_INTERVAL: '0s',
});
