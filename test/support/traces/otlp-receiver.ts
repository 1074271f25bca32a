import { expect } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** The parts of OTLP's JSON (opentelemetry-proto, trace/v1) that the tests read. */
const Span = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
});
const Request = z.object({
  resourceSpans: z
    .array(
      z.object({
        resource: z.object({
          attributes: z.array(
            z.object({ key: z.string(), value: z.object({ stringValue: z.string().optional() }) }),
          ),
        }),
        scopeSpans: z.array(
          z.object({ scope: z.object({ name: z.string() }), spans: z.array(Span) }),
        ),
      }),
    )
    .default([]),
});

/** A span with its service and its instrumentation scope. */
export interface OtlpSpan extends z.infer<typeof Span> {
  readonly service: string | undefined;
  readonly scope: string;
}

const spansIn = ({ resourceSpans }: z.infer<typeof Request>): readonly OtlpSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const name = resource.attributes.find(({ key }) => key === 'service.name');
    const service = name?.value.stringValue;
    return scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({ ...span, service, scope: scope.name })),
    );
  });

/** The expected trace of an order: each span's parent is the one before. */
export const orderTrace = (queue: string, topic: string): readonly string[] => [
  'POST /orders',
  `send ${queue}`,
  `process ${queue}`,
  `send ${topic}`,
  `process ${topic}`,
];

/** The names from the root down. Fails if a span has more than one child. */
export function chainIn(spans: readonly OtlpSpan[]): readonly string[] {
  const chain: string[] = [];
  let parent = '';
  for (;;) {
    const children = spans.filter(({ parentSpanId = '' }) => parentSpanId === parent);
    const [child] = children;
    if (child === undefined) break;
    expect(children).toHaveLength(1);
    chain.push(child.name);
    parent = child.spanId;
  }
  expect(spans).toHaveLength(chain.length);
  return chain;
}

/** Receives OTLP over HTTP as JSON, and stores the spans. */
export class OtlpReceiver {
  readonly spans: OtlpSpan[] = [];
  readonly #server = createServer((request, response) => {
    void text(request).then((body) => {
      this.spans.push(...spansIn(Request.parse(JSON.parse(body))));
      response.setHeader('content-type', 'application/json');
      response.end('{}');
      for (const wake of this.#waiting) wake();
    });
  });
  readonly #waiting = new Set<() => void>();

  static async open(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  /** Settings of a service that sends its spans here without delay. */
  get env(): Readonly<Record<string, string>> {
    const address = this.#server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return {
      TRACER: 'opentelemetry',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port ?? 'none'}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_BSP_SCHEDULE_DELAY: '200',
    };
  }

  /** The spans of a trace. */
  trace(traceId: string): readonly OtlpSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  /** Waits until a condition holds. */
  async waitFor(condition: () => boolean, signal: AbortSignal): Promise<void> {
    while (!condition()) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
