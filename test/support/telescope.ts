import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { startRecorder } from 'throughline/testing';
import { z } from 'zod';
import { tracedInto } from './order-service.js';

/** A span of either standard, as far as a walk through a trace needs it. */
export interface SeenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

/** Sees what a program reports of its traces. */
export interface Telescope extends AsyncDisposable {
  /** What the program gets in its environment. */
  readonly env: Readonly<Record<string, string>>;
  spans(): readonly SeenSpan[];
}

/** Through the intake protocol of Elastic's agents. */
export async function elasticTelescope(): Promise<Telescope> {
  const recorder = await startRecorder();
  return {
    env: tracedInto(recorder.url),
    spans: () =>
      [...recorder.transactions, ...recorder.spans].map((event) => ({
        traceId: event.trace_id,
        spanId: event.id,
        parentId: event.parent_id ?? undefined,
        name: event.name ?? '',
        links: (event.links ?? []).map((link) => ({
          traceId: link.trace_id,
          spanId: link.span_id,
        })),
      })),
    [Symbol.asyncDispose]: () => recorder.close(),
  };
}

const Ids = z.object({ traceId: z.string(), spanId: z.string() });

/** What of OTLP/JSON is looked at (opentelemetry-proto, trace/v1). */
const Export = z.object({
  resourceSpans: z.array(
    z.object({
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            Ids.extend({
              parentSpanId: z.string().optional(),
              name: z.string(),
              links: z.array(Ids).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Buffer));
  const bytes = Buffer.concat(chunks);
  const isPacked = request.headers['content-encoding'] === 'gzip';
  return JSON.parse((isPacked ? gunzipSync(bytes) : bytes).toString('utf8'));
}

/** Through OpenTelemetry's protocol, as JSON over HTTP. */
export async function openTelemetryTelescope(): Promise<Telescope> {
  const seen: SeenSpan[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      for (const { scopeSpans } of Export.parse(body).resourceSpans) {
        for (const { parentSpanId, links = [], ...span } of scopeSpans.flatMap(
          ({ spans }) => spans,
        )) {
          seen.push({ ...span, parentId: parentSpanId, links });
        }
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      TRACER: 'opentelemetry',
      OTEL_SERVICE_NAME: 'mixed-chain',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://127.0.0.1:${port}/v1/traces`,
      OTEL_BSP_SCHEDULE_DELAY: '200',
    },
    spans: () => seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
