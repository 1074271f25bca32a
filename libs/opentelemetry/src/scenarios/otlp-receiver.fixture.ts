import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';

/** The parts of an OTLP request in JSON (opentelemetry-proto, trace/v1 and metrics/v1) that the tests read. */
interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Scope {
  readonly name: string;
}

export interface ReceivedSpan {
  readonly scope: string;
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly Attribute[];
}

interface Request {
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly {
      readonly scope: Scope;
      readonly spans: readonly Omit<ReceivedSpan, 'scope'>[];
    }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly {
      readonly scope: Scope;
      readonly metrics: readonly { readonly name: string }[];
    }[];
  }[];
}

export interface OtlpReceiver {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** Returns the names of the received metrics of one scope. */
  metricsOf(scope: string): ReadonlySet<string>;
  close(): Promise<void>;
}

const spansIn = ({ resourceSpans = [] }: Request): readonly ReceivedSpan[] =>
  resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => ({ ...span, scope: scope.name }))),
  );

/** A server that stores what an SDK sends by OTLP over HTTP, as JSON. */
export async function openOtlpReceiver(): Promise<OtlpReceiver> {
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    const isZipped = request.headers['content-encoding'] === 'gzip';
    void text(isZipped ? request.pipe(createGunzip()) : request).then((body) => {
      requests.push(JSON.parse(body) as Request);
      response.setHeader('content-type', 'application/json');
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get spans() {
      return requests.flatMap(spansIn);
    },
    metricsOf: (wanted) =>
      new Set(
        requests
          .flatMap(({ resourceMetrics = [] }) => resourceMetrics)
          .flatMap(({ scopeMetrics }) => scopeMetrics)
          .filter(({ scope }) => scope.name === wanted)
          .flatMap(({ metrics }) => metrics.map(({ name }) => name)),
      ),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
