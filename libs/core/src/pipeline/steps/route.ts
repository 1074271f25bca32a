import { ThroughlineError } from '#base';
import { UNMATCHED, type Outcome } from 'throughline/transport';
import { isAwaitable, leaveUnheard } from '#base';
import type { Next } from '../step.js';
import { inboundOf, payloadOf, setHandledBy, type Delivery } from '../../delivery.js';

/** One of the handlers that share a channel. */
export interface Route {
  /** The handler's name, such as `OrderProcessor.process`. */
  readonly handler: string;
  readonly when: (payload: unknown) => boolean;
  readonly handle: Next;
}

/** What happens to a message that no handler accepts. */
export type Unmatched = 'ack' | 'deadLetter';

const nobodyTakes = (delivery: Delivery): Outcome => ({
  kind: 'deadLetter',
  reason: 'unmatched',
  cause: new ThroughlineError(
    'TL_MESSAGE_UNMATCHED',
    `No handler for "${delivery.channel}" accepted message ${inboundOf(delivery).id}: none of the "when" guards returned true.`,
  ),
});

/**
 * Whether the guard of a handler accepts the message. Throws if the guard returns a promise, because a promise would count as
 * true.
 */
function takes({ handler, when }: Route, payload: unknown): boolean {
  const answer: unknown = when(payload);
  if (!isAwaitable(answer)) return Boolean(answer);
  leaveUnheard(answer);
  throw new ThroughlineError(
    'TL_OPTION_INVALID',
    `The "when" guard of ${handler} returned a promise. A guard must return true or false synchronously.`,
  );
}

/**
 * Creates the part of the pipeline that passes each message to the first handler whose guard returns true. If a guard throws, the
 * run counts as failed.
 */
export function route(routes: readonly Route[], unmatched: Unmatched): Next {
  return (delivery) => {
    const payload = payloadOf(delivery);
    const taken = routes.find((one) => takes(one, payload));
    if (taken === undefined) return unmatched === 'ack' ? UNMATCHED : nobodyTakes(delivery);
    setHandledBy(delivery, taken.handler);
    return taken.handle(delivery);
  };
}
