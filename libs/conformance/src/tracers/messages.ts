import type { End, Incoming, Outgoing, Run } from 'throughline/tracing';

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

/** The ids of the span in which message number n was sent; each number has its own trace. */
export const traceIdOf = (number: number): string => hex(number + 1, 32);
export const senderOf = (number: number): string => hex(number + 1, 16);

export const contextOf = (trace: number, sender: number): string =>
  `00-${traceIdOf(trace)}-${senderOf(sender)}-01`;

/** A message without a context. */
export const bare: Incoming = { system: 'sqs', destination: 'orders', id: 'm-0' };

/** Message number n, sent in trace number n or in another one. */
export const messageOf = (number: number, trace = number): Incoming => ({
  ...bare,
  id: `m-${number}`,
  traceparent: contextOf(trace, number),
});

export const run: Run = { handler: 'Orders.handle', attempt: 1 };
export const toAudit: Outgoing = { system: 'kafka', destination: 'audit' };
export const done: End = { failed: false, labels: { outcome: 'ack' } };
