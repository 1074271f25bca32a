import { elastic, type ElasticOptions } from 'throughline/elastic';
import { startRecorder, type RecordedSpan, type RecordedTransaction } from 'throughline/recorder';
import type { OpenTracer, TracedSpan } from './contract.js';

type Agent = NonNullable<ElasticOptions['agent']>;

interface Labelled {
  readonly context?: RecordedTransaction['context'];
}

const labelsOf = ({ context }: Labelled): TracedSpan['labels'] =>
  Object.fromEntries(
    Object.entries(context?.tags ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [],
    ),
  );

const linksOf = ({ links }: Pick<RecordedTransaction, 'links'>): TracedSpan['links'] =>
  (links ?? []).map(({ trace_id, span_id }) => ({ traceId: trace_id, spanId: span_id }));

function ofTransaction(transaction: RecordedTransaction): TracedSpan {
  const labels = labelsOf(transaction);
  return {
    name: transaction.name ?? '',
    traceId: transaction.trace_id,
    spanId: transaction.id,
    parentId: transaction.parent_id ?? undefined,
    links: linksOf(transaction),
    kind: 'messages' in labels ? 'batch' : 'process',
    failed: transaction.outcome === 'failure',
    labels,
  };
}

const ofSpan = (span: RecordedSpan): TracedSpan => ({
  name: span.name,
  traceId: span.trace_id,
  spanId: span.id,
  parentId: span.parent_id,
  links: linksOf(span),
  kind: span.action === 'send' ? 'send' : 'other',
  failed: span.outcome === 'failure',
  labels: labelsOf({ context: { tags: span.context?.tags } }),
});

/** Until the agent knows its server's version, it sends unsampled transactions, as a server before 8.0 needs them. */
const SERVER = { apmServerVersion: '8.15.0' };

/** The real agent, with a recorder that checks each line as the APM Server does. */
export async function openElastic(agent: Agent): Promise<OpenTracer> {
  const recorder = await startRecorder();
  agent.start({
    ...SERVER,
    serverUrl: recorder.url,
    serviceName: 'conformance',
    logLevel: 'off',
    centralConfig: false,
    cloudProvider: 'none',
    metricsInterval: '0s',
    captureExceptions: false,
    apiRequestTime: '1s',
    maxQueueSize: 20_000,
    transactionMaxSpans: 500,
  });
  return {
    tracer: elastic({ agent, warn: () => undefined }),
    spans: async () => {
      await agent.flush();
      const { transactions, spans } = recorder.snapshot();
      return [...transactions.map(ofTransaction), ...spans.map(ofSpan)];
    },
    problems: () =>
      recorder.problems.map(({ where, what, document }) => `${where} ${what}: ${document}`),
    close: async () => {
      await agent.destroy();
      await recorder.close();
    },
  };
}

/** An agent whose every property access throws. */
export function openBrokenElastic(agent: Agent): Promise<Pick<OpenTracer, 'tracer' | 'close'>> {
  const broken = new Proxy(agent, {
    get: () => {
      throw new Error('a broken agent');
    },
  });
  const tracer = elastic({ agent: broken, warn: () => undefined });
  return Promise.resolve({ tracer, close: () => Promise.resolve() });
}
