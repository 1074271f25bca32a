import type { RecordedSpan, RecordedTransaction } from '../../protocol/events.js';
import type { Trace } from '../../record/trace.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const EPOCH_US = 1_790_000_000_000_000;

interface Fields {
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  /** The start and the end, in milliseconds since the trace's beginning. */
  readonly at: readonly [from: number, to: number];
  readonly service?: string;
  readonly failed?: boolean;
}

interface TransactionFields extends Fields {
  readonly type?: string;
  readonly handler?: string;
  readonly attempt?: number;
  readonly age?: number;
  readonly links?: readonly string[];
}

const shared = ({
  id,
  name,
  at: [from, to],
  service = 'order-service',
  failed = false,
}: Fields) => ({
  id: id.padStart(16, '0'),
  trace_id: TRACE_ID,
  name,
  timestamp: EPOCH_US + from * 1_000,
  duration: to - from,
  outcome: failed ? ('failure' as const) : ('success' as const),
  serviceName: service,
  stream: 1,
  line: 2,
  receivedAt: EPOCH_US / 1_000,
});

const parentOf = ({ parent }: Fields): string | null => parent?.padStart(16, '0') ?? null;

export const transaction = (fields: TransactionFields): RecordedTransaction => ({
  ...shared(fields),
  parent_id: parentOf(fields),
  type: fields.type ?? 'messaging',
  span_count: { started: 0 },
  links: (fields.links ?? []).map((trace_id) => ({ trace_id, span_id: '00f067aa0ba902b7' })),
  context: {
    tags: { handler: fields.handler ?? null, attempt: fields.attempt ?? null },
    message: { age: { ms: fields.age ?? null } },
  },
});

export const send = (fields: Fields & { readonly subtype?: string }): RecordedSpan => ({
  ...shared(fields),
  parent_id: parentOf(fields) ?? '',
  type: 'messaging',
  subtype: fields.subtype ?? 'sqs',
  action: 'send',
});

export const traceOf = (...events: readonly (RecordedTransaction | RecordedSpan)[]): Trace => ({
  traceId: TRACE_ID,
  transactions: events.filter((event): event is RecordedTransaction => 'span_count' in event),
  spans: events.filter((event): event is RecordedSpan => !('span_count' in event)),
  errors: [],
});

export const withError = (trace: Trace, parent: string, type: string, message: string): Trace => ({
  ...trace,
  errors: [
    ...trace.errors,
    {
      id: 'e'.repeat(32),
      trace_id: TRACE_ID,
      parent_id: parent.padStart(16, '0'),
      exception: { type, message },
      serviceName: 'order-service',
      stream: 1,
      line: 3,
      receivedAt: EPOCH_US / 1_000,
    },
  ],
});

const posted = transaction({
  id: 'a',
  name: 'POST /orders',
  type: 'request',
  at: [0, 5.1],
  handler: 'OrdersController.place',
});
const queued = send({ id: 'b', parent: 'a', name: 'SQS SEND to my-order-queue', at: [1.6, 4.8] });

/** The trace of the demo: one order through SQS and Kafka. */
export const order = traceOf(
  posted,
  queued,
  transaction({
    id: 'c',
    parent: 'b',
    name: 'SQS RECEIVE from my-order-queue',
    at: [22.8, 35.2],
    handler: 'OrderProcessor.process',
  }),
  send({
    id: 'd',
    parent: 'c',
    name: 'Kafka SEND to order_events',
    at: [30.2, 34.2],
    subtype: 'kafka',
  }),
  transaction({
    id: 'e',
    parent: 'd',
    name: 'Kafka RECEIVE from order_events',
    at: [36.2, 42.8],
    handler: 'OrderAudit.record',
  }),
);

/** The same trace over three services. The first attempt fails, and a second one follows four seconds later. */
export const retried = withError(
  traceOf(
    posted,
    queued,
    transaction({
      id: 'c1',
      parent: 'b',
      name: 'SQS RECEIVE from my-order-queue',
      at: [22.8, 29.8],
      handler: 'OrderProcessor.process',
      service: 'order-processor',
      failed: true,
    }),
    transaction({
      id: 'c2',
      parent: 'b',
      name: 'SQS RECEIVE from my-order-queue',
      at: [4_032, 4_044.4],
      handler: 'OrderProcessor.process',
      service: 'order-processor',
      attempt: 2,
    }),
    send({
      id: 'd',
      parent: 'c2',
      name: 'Kafka SEND to order_events',
      at: [4_038, 4_042],
      subtype: 'kafka',
      service: 'order-processor',
    }),
    transaction({
      id: 'e',
      parent: 'd',
      name: 'Kafka RECEIVE from order_events',
      at: [4_044, 4_050.6],
      handler: 'OrderAudit.record',
      service: 'order-audit',
    }),
  ),
  'c1',
  'TimeoutError',
  'the stock service did not answer within 3 s',
);
