import { inspect } from 'node:util';
import type { Agent, Span, Transaction } from 'elastic-apm-node';
import type { Labels } from 'throughline/tracing';

/** An error of another realm too, as the agent judges it. */
const isError = (thrown: unknown): thrown is Error =>
  thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]';

/**
 * What the agent can make of an error. It reads it in a later tick, where a getter that throws would end the process; and an
 * attribute that is a BigInt makes the line that is sent garbage.
 */
function legible(error: Error): 'whole' | 'without attributes' | 'not at all' {
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
    return 'Something was thrown that cannot be shown';
  }
}

/**
 * Reports what was thrown, with the stack it was made with. The labels are given here, since the agent reads those of the
 * transaction in a later tick, when they are gone.
 */
export function reportError(
  agent: Agent,
  thrown: unknown,
  parent: Transaction | Span,
  labels: Labels,
): void {
  const about = { parent, labels };
  const error = isError(thrown) ? thrown : undefined;
  const readable = error === undefined ? 'not at all' : legible(error);
  if (error === undefined || readable === 'not at all') {
    agent.captureError(describe(thrown), about);
    return;
  }
  agent.captureError(error, { ...about, captureAttributes: readable === 'whole' });
}
