import type { Agent, AgentConfigOptions } from 'elastic-apm-node';
import type { Incoming, Outgoing, Run, Tracer } from 'throughline/tracing';
import { elastic } from './elastic.js';
import {
  openIntake,
  type SentError,
  type SentSpan,
  type SentTransaction,
} from './intake.fixture.js';
import { loadAgent } from './load-agent.js';

/** The real agent at work, sending to a server of the test's own. */
export interface Recording {
  readonly agent: Agent;
  readonly tracer: Tracer;
  readonly warnings: readonly string[];
  /** What the agent sent, after everything was flushed. */
  sent(): Promise<{
    readonly transactions: readonly SentTransaction[];
    readonly spans: readonly SentSpan[];
    readonly errors: readonly SentError[];
  }>;
  stop(): Promise<void>;
}

const present = <T>(value: T | undefined): value is T => value !== undefined;

const QUIETLY: AgentConfigOptions = {
  serviceName: 'orders',
  logLevel: 'off',
  centralConfig: false,
  cloudProvider: 'none',
  metricsInterval: '0s',
  captureExceptions: false,
};

export async function record(config: AgentConfigOptions = {}): Promise<Recording> {
  const intake = await openIntake();
  const warnings: string[] = [];
  const agent = loadAgent().start({ ...QUIETLY, serverUrl: intake.url, ...config });
  return {
    agent,
    tracer: elastic({ agent, warn: (message) => warnings.push(message) }),
    warnings,
    async sent() {
      await agent.flush();
      return {
        transactions: intake.lines.map((line) => line.transaction).filter(present),
        spans: intake.lines.map((line) => line.span).filter(present),
        errors: intake.lines.map((line) => line.error).filter(present),
      };
    },
    async stop() {
      await agent.destroy();
      await intake.close();
    },
  };
}

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const PARENT_ID = 'b7ad6b7169203331';
export const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`;

/** A message on a queue of SQS, and the run of its handler. */
export const sqsMessage: Incoming = { system: 'sqs', destination: 'my-order-queue', id: 'm-1' };
export const run: Run = { handler: 'OrderProcessor.process', attempt: 1 };
export const toKafka: Outgoing = { system: 'kafka', destination: 'order_events' };
export const done = { failed: false } as const;
