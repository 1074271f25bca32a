import type { Agent, AgentConfigOptions } from 'elastic-apm-node';
import type { Incoming, Outgoing, Run, SystemFacts, Tracer } from 'throughline/tracing';
import { elastic } from '../elastic.js';
import type { ElasticOptions } from '../settings/options.js';
import {
  openIntake,
  type SentError,
  type SentSpan,
  type SentTransaction,
} from '../intake/server.fixture.js';
import { loadAgent } from '../agent/load.js';
import { watchedTracer } from './watched-tracer.fixture.js';

export interface Sent {
  readonly transactions: readonly SentTransaction[];
  readonly spans: readonly SentSpan[];
  readonly errors: readonly SentError[];
}

/** The real agent, which sends to a server of the test. */
export interface Recording {
  readonly agent: Agent;
  readonly tracer: Tracer;
  readonly warnings: readonly string[];
  /** Flushes the agent, and returns everything that it has sent. */
  readonly sent: () => Promise<Sent>;
  /**
   * @throws Error if the agent has sent something that no server accepts, or if a message has a parent that was never reported
   */
  stop(): Promise<void>;
}

const present = <T>(value: T | undefined): value is T => value !== undefined;

const SETTINGS: AgentConfigOptions & { readonly apmServerVersion: string } = {
  // Until the agent knows the version of its server, it sends unsampled transactions, because a server before 8.0 needs them.
  apmServerVersion: '8.15.0',
  serviceName: 'orders',
  logLevel: 'off',
  centralConfig: false,
  cloudProvider: 'none',
  metricsInterval: '0s',
  captureExceptions: false,
};

/** Additional settings of the agent, and options of the tracer. */
export interface RecordOptions extends AgentConfigOptions {
  readonly tracer?: Pick<ElasticOptions, 'unsampled'>;
}

export async function record({
  tracer: options,
  ...config
}: RecordOptions = {}): Promise<Recording> {
  const intake = await openIntake();
  const warnings: string[] = [];
  const agent = loadAgent().start({ ...SETTINGS, serverUrl: intake.url, ...config });
  const { tracer, orphaned } = watchedTracer(
    elastic({ ...options, agent, warn: (message) => warnings.push(message) }),
  );
  const sent = async (): Promise<Sent> => {
    await agent.flush();
    return {
      transactions: intake.lines.map((line) => line.transaction).filter(present),
      spans: intake.lines.map((line) => line.span).filter(present),
      errors: intake.lines.map((line) => line.error).filter(present),
    };
  };
  const checkParents = async (): Promise<void> => {
    const { lost } = await tracer.flush(AbortSignal.timeout(10_000));
    const { transactions, spans } = await sent();
    const orphans = orphaned(new Set([...transactions, ...spans].map(({ id }) => id)));
    if (lost === 0 && orphans.length > 0) {
      throw new Error(`Messages name parents that were never reported: ${orphans.join()}`);
    }
  };
  const isOurs = config.serverUrl === undefined && config.contextPropagationOnly !== true;
  return {
    agent,
    tracer,
    warnings,
    sent,
    async stop() {
      try {
        if (isOurs) await checkParents();
      } finally {
        await agent.destroy();
        await intake.close();
      }
    },
  };
}

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const PARENT_ID = 'b7ad6b7169203331';
export const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`;

/** The same facts as those of the SQS transport. */
export const sqsFacts: SystemFacts = {
  label: 'SQS',
  convention: 'aws_sqs',
  attributes: { url: 'aws.sqs.queue.url' },
  cloud: { provider: 'aws', service: 'sqs' },
};

/** A message on an SQS queue, and the run of its handler. */
export const sqsMessage: Incoming = {
  system: 'sqs',
  systemFacts: sqsFacts,
  destination: 'my-order-queue',
  id: 'm-1',
};
export const run: Run = { handler: 'OrderProcessor.process', attempt: 1 };
export const toKafka: Outgoing = { system: 'kafka', destination: 'order_events' };
export const done = { failed: false } as const;
