import { styleText } from 'node:util';
import { drawTree, spansOf, type Recorder, type Snapshot, type Trace } from 'throughline/recorder';
import type { Placed } from './orders.js';
import type { Service } from './service.js';

const LAST_STATION = 'Kafka RECEIVE from ';
const WAIT_FOR_A_TRACE = 30_000;
const DEFAULT_WIDTH = 120;

type Terminal = NodeJS.WriteStream;

/** An order with its complete trace. */
export interface Told {
  readonly orderId: string;
  readonly trace: Trace;
}

/** Returns the JSON document that the demo prints with `--json`. */
export function asJson(traces: readonly Told[]): string {
  const document = {
    orders: traces.length,
    traces: traces.map(({ orderId, trace }) => ({
      traceId: trace.traceId,
      orderId,
      spans: spansOf(trace),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Whether a trace is complete: its order has been processed, and the parent of each span was reported. */
function isWhole({ transactions, spans }: Trace): boolean {
  const reported = new Set([...transactions, ...spans].map(({ id }) => id));
  const parents = [...transactions, ...spans].flatMap(({ parent_id }) => parent_id ?? []);
  return (
    transactions.some(({ name }) => (name ?? '').startsWith(LAST_STATION)) &&
    parents.every((id) => reported.has(id))
  );
}

/** Prints traces for humans as soon as they are complete. */
export class TracePrinter {
  readonly #recorder: Recorder;
  readonly #service: Service;
  readonly #out: Terminal;
  readonly #shown = new Set<string>();

  constructor(recorder: Recorder, service: Service, out: Terminal) {
    this.#recorder = recorder;
    this.#service = service;
    this.#out = out;
  }

  welcome(): void {
    const where = `embedded SQS ${this.#service.sqsUrl} · Kafka in memory · order service ${this.#service.url}`;
    this.#say(`\n  ${this.#bold('Throughline demo')}   ${where}\n`);
  }

  /** Returns the traces of the given orders in the same order. Prints each trace as soon as it is complete. */
  async wholeTracesOf(
    placed: readonly Placed[],
    signal: AbortSignal,
    isShown: boolean,
  ): Promise<readonly Told[]> {
    const told: Told[] = [];
    for (const { orderId, traceId } of placed) {
      const trace = await this.#whole(traceId, signal);
      if (trace === undefined) continue;
      told.push({ orderId, trace });
      if (isShown) this.#show(trace, orderId);
    }
    return told;
  }

  verdict(whole: number, placed: number): void {
    const { problems } = this.#recorder;
    for (const problem of problems)
      this.#say(`  ✗ An APM Server would reject an event: ${JSON.stringify(problem)}`);
    this.#say(`  ${placed} orders, ${whole} complete traces, ${placed - whole} failed.\n`);
  }

  invitation(): void {
    const { url, sqsUrl } = this.#service;
    this.#say(
      [
        `  Send an order:      curl -X POST ${url}/orders -H 'content-type: application/json' -d '{"item": "Widget", "quantity": 10}'`,
        `               or:    AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x aws --region us-east-1 --endpoint-url ${sqsUrl} sqs send-message \\`,
        `                        --queue-url ${sqsUrl}/000000000000/my-order-queue --message-body '{"order_id": "ORD-9", "item": "Widget", "quantity": 10}'`,
        `  Press Ctrl-C to stop.\n`,
      ].join('\n'),
    );
  }

  /** Prints each further trace until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const fresh = (): readonly Trace[] =>
      this.#recorder.traces().filter((trace) => !this.#shown.has(trace.traceId) && isWhole(trace));
    while (!signal.aborted) {
      await this.#recorder.waitFor(() => fresh().length > 0, { signal });
      for (const trace of fresh()) this.#show(trace);
    }
  }

  async #whole(traceId: string, signal: AbortSignal): Promise<Trace | undefined> {
    const hasCome = (_: Snapshot): boolean => {
      const trace = this.#recorder.trace(traceId);
      return trace !== undefined && isWhole(trace);
    };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(WAIT_FOR_A_TRACE)]);
    try {
      await this.#recorder.waitFor(hasCome, { signal: limit });
      return this.#recorder.trace(traceId);
    } catch (error) {
      if (signal.aborted) throw error;
      this.#say(`  ✗ The trace ${traceId} was not complete after ${WAIT_FOR_A_TRACE / 1_000} s.`);
      return undefined;
    }
  }

  #show(trace: Trace, title?: string): void {
    this.#shown.add(trace.traceId);
    const { columns, isTTY } = this.#out;
    const width = isTTY ? columns : DEFAULT_WIDTH;
    const lines = drawTree(trace, { width, color: isTTY, ...(title !== undefined && { title }) });
    this.#say(`${lines.join('\n')}\n`);
  }

  #bold(text: string): string {
    return this.#out.isTTY ? styleText('bold', text) : text;
  }

  #say(text: string): void {
    this.#out.write(`${text}\n`);
  }
}
