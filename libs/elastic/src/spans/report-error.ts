import { inspect } from 'node:util';
import { isError } from '#base';
import type { Agent, Span, Transaction } from 'elastic-apm-node';
import type { Labels } from 'throughline/tracing';

/**
 * Returns which parts of an error the agent can safely read. The agent reads the error in a later tick, where a getter that
 * throws would end the process. An attribute of type BigInt would corrupt the line that the agent sends.
 */
function readability(error: Error): 'whole' | 'without attributes' | 'not at all' {
  try {
    const code = 'code' in error ? error.code : '';
    const texts = [error.message, error.name, code, error.stack].map(String);
    const attributes: unknown[] = Object.values(error);
    const sendable = texts.length > 0 && attributes.every((value) => typeof value !== 'bigint');
    return sendable ? 'whole' : 'without attributes';
  } catch {
    return 'not at all';
  }
}

function describe(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? thrown : inspect(thrown);
  } catch {
    return 'The thrown value cannot be shown';
  }
}

/**
 * Reports a thrown value to the agent, with its own stack. The labels are passed as an argument: the agent reads the
 * transaction's labels in a later tick, when they no longer exist.
 */
export function reportError(
  agent: Agent,
  thrown: unknown,
  parent: Transaction | Span,
  labels: Labels,
): void {
  const about = { parent, labels };
  const error = isError(thrown) ? thrown : undefined;
  const readable = error === undefined ? 'not at all' : readability(error);
  if (error === undefined || readable === 'not at all') {
    agent.captureError(describe(thrown), about);
    return;
  }
  agent.captureError(error, { ...about, captureAttributes: readable === 'whole' });
}
