import { ThroughlineError } from '#base';
import { UNMATCHED, type Outcome } from 'throughline/transport';
import { isAwaitable, leaveUnheard } from '#base';
import type { Next } from '../step.js';
import { inboundOf, payloadOf, setHandledBy, type Delivery } from '../../delivery.js';

/** One of the handlers that share a channel. */
export interface Route {
  /** `OrderProcessor.process`. */
  readonly handler: string;
  readonly when: (payload: unknown) => boolean;
  readonly handle: Next;
}

/** What becomes of a message that no handler takes. */
export type Unmatched = 'ack' | 'deadLetter';

const nobodyTakes = (delivery: Delivery): Outcome => ({
  kind: 'deadLetter',
  reason: 'unmatched',
  cause: new ThroughlineError(
    'TL_MESSAGE_UNMATCHED',
    `No handler of "${delivery.channel}" takes message ${inboundOf(delivery).id}: none of their guards says yes.`,
  ),
});

/** A promise says neither yes nor no, and would be taken for a yes. */
function takes({ handler, when }: Route, payload: unknown): boolean {
  const answer: unknown = when(payload);
  if (!isAwaitable(answer)) return Boolean(answer);
  leaveUnheard(answer);
  throw new ThroughlineError(
    'TL_OPTION_INVALID',
    `The guard of ${handler} (when) answers with a promise: it has to say at once whether its handler takes a message.`,
  );
}

/** The first handler whose guard says yes takes the message. What a guard throws counts as a failed run. */
export function route(routes: readonly Route[], unmatched: Unmatched): Next {
  return (delivery) => {
    const payload = payloadOf(delivery);
    const taken = routes.find((one) => takes(one, payload));
    if (taken === undefined) return unmatched === 'ack' ? UNMATCHED : nobodyTakes(delivery);
    setHandledBy(delivery, taken.handler);
    return taken.handle(delivery);
  };
}
