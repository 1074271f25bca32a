import { ThroughlineError } from '#base';
import { UNMATCHED, type Outcome } from 'throughline/transport';
import { isAwaitable, leaveUnheard } from '#base';
import type { Next } from '../step.js';
import type { Handling } from '../handling.js';

/** One of the handlers that share a channel. */
export interface Route {
  /** `OrderProcessor.process`. */
  readonly handler: string;
  readonly when: (payload: unknown) => boolean;
  readonly road: Next;
}

/** What becomes of a message that no handler takes. */
export type Unmatched = 'ack' | 'deadLetter';

const nobodyTakes = ({ inbound }: Handling): Outcome => ({
  kind: 'deadLetter',
  reason: 'unmatched',
  cause: new ThroughlineError(
    'TL_MESSAGE_UNMATCHED',
    `No handler of "${inbound.origin.channel}" takes message ${inbound.id}: none of their guards says yes.`,
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
  return (handling) => {
    const taken = routes.find((one) => takes(one, handling.payload));
    if (taken === undefined) return unmatched === 'ack' ? UNMATCHED : nobodyTakes(handling);
    handling.run.handledBy = taken.handler;
    return taken.road(handling);
  };
}
