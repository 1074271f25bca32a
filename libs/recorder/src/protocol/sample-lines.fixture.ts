const TIMESTAMP_US = 1_790_000_000_000_000;

/** Lines of the intake protocol as an agent sends them. A test changes the fields that it is about. */
export const sample = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  transactionId: 'b7ad6b7169203331',
  spanId: '00f067aa0ba902b7',

  metadata: (fields: object = {}): object => ({
    metadata: {
      service: { name: 'orders', agent: { name: 'nodejs', version: '4.18.0' }, ...fields },
    },
  }),
  transaction: (fields: object = {}): object => ({
    transaction: {
      id: sample.transactionId,
      trace_id: sample.traceId,
      type: 'messaging',
      name: 'SQS RECEIVE from my-order-queue',
      duration: 12.4,
      timestamp: TIMESTAMP_US,
      span_count: { started: 1 },
      ...fields,
    },
  }),
  span: (fields: object = {}): object => ({
    span: {
      id: sample.spanId,
      trace_id: sample.traceId,
      parent_id: sample.transactionId,
      transaction_id: sample.transactionId,
      name: 'Kafka SEND to order_events',
      type: 'messaging',
      duration: 4,
      timestamp: TIMESTAMP_US + 1_000,
      ...fields,
    },
  }),
  error: (fields: object = {}): object => ({
    error: {
      id: '0af7651916cd43dd8448eb211c80319d',
      trace_id: sample.traceId,
      parent_id: sample.transactionId,
      transaction_id: sample.transactionId,
      exception: { type: 'TypeError', message: 'boom' },
      ...fields,
    },
  }),
  metricset: (fields: object = {}): object => ({
    metricset: { samples: { 'system.cpu.total.norm.pct': { value: 0.5 } }, ...fields },
  }),
} as const;

/** A stream's body. Strings are used as they are. */
export const ndjson = (...lines: readonly (object | string)[]): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

/** A stream with one line of each kind. */
export const whole = ndjson(
  sample.metadata(),
  sample.transaction(),
  sample.span(),
  sample.error(),
  sample.metricset(),
);

export const packed = (bytes: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

export type Post = (
  body: string | Uint8Array<ArrayBuffer>,
  headers?: Readonly<Record<string, string>>,
  query?: string,
) => Promise<Response>;

/** Sends a stream as an agent does. */
export const postTo =
  (url: string): Post =>
  (body, headers = {}, query = '') =>
    fetch(`${url}/intake/v2/events${query}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-ndjson', ...headers },
    });
