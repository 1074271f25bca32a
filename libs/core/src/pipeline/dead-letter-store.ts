import { inboundOf, traceOf, type Delivery } from '../delivery.js';
import { describeThrown, ThroughlineError } from '#base';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import type { DeadLetter } from 'throughline/transport';
import type { Transports } from '../transports.js';

const LONGEST_REASON = 500;

function traceparentOf(delivery: Delivery): { traceparent?: string } {
  const ids = traceOf(delivery);
  return ids === undefined ? {} : { traceparent: `00-${ids.traceId}-${ids.spanId}-01` };
}

/** Returns the complete contents of the `dead-letter` header, and a shorter form for messages that have no space for them. */
function causesOf(
  delivery: Delivery,
  { reason, cause }: DeadLetter,
  handler: string,
): readonly string[] {
  const short = {
    source: inboundOf(delivery).origin.name,
    handler,
    reason,
    time: new Date().toISOString(),
  };
  const { name, message } = describeThrown(cause);
  const full = {
    ...short,
    attempts: delivery.attempt,
    error: {
      name: cause instanceof ThroughlineError ? cause.code : name,
      message: message.slice(0, LONGEST_REASON),
    },
    ...traceparentOf(delivery),
  };
  return [JSON.stringify(full), JSON.stringify(short)];
}

/** Stores a dead letter of a handler. */
export type DeadLetterStore = (delivery: Delivery, outcome: DeadLetter) => Promise<void>;

/** Returns the function that stores a handler's dead letters, or `undefined` if the handler has no dead-letter channel. */
export function deadLetterStoreOf(
  { options: { deadLetter }, channel, name }: HandlerDefinition,
  transports: Transports,
  own: string,
): DeadLetterStore | undefined {
  if (deadLetter === false) return undefined;
  const named = deadLetter === true ? undefined : deadLetter;
  const to = named?.name ?? own;
  const connection = transports.find(named ?? channel);
  if (connection === undefined) return undefined;
  return (delivery, outcome) =>
    connection.storeDeadLetter({
      inbound: inboundOf(delivery),
      to,
      channel: named,
      causes: causesOf(delivery, outcome, name),
    });
}
