import { isObservable, lastValueFrom } from 'rxjs';
import { isAwaitable, type MaybePromise } from '#base';
import { ACK, type Outcome } from 'throughline/transport';
import { inboundOf, payloadOf, type Delivery } from '../delivery.js';
import type { ProcessingHooks } from './processing-hooks.js';
import { currentRun } from './run/current-run.js';
import type { Next, Step } from './step.js';

/** Runs steps around a function. Each message is passed together with its own function. */
export type Around = (delivery: Delivery, innermost: Next) => MaybePromise<Outcome>;

/** Composes steps around a function, outermost first. Called once at start. */
export function compose(steps: readonly Step[], innermost: Next): Next {
  const last = steps.findLastIndex(({ around }) => around !== undefined);
  const inner = steps.slice(last + 1);
  const composed = inner.length === 0 ? innermost : inOneLoop(inner, innermost);
  const { around } = steps[last] ?? {};
  if (around === undefined) return composed;
  return compose(steps.slice(0, last), (delivery) => around(delivery, composed));
}

/**
 * Composes steps without `around`. Unlike with {@link compose}, the inner function is not fixed: each message brings its own.
 *
 * @throws TypeError for a step with `around`
 */
export function composeAround(steps: readonly Step[]): Around {
  const surrounding = steps.find(({ around }) => around !== undefined);
  if (surrounding !== undefined) {
    throw new TypeError(
      `The step "${surrounding.name}" has an around function, but the steps up to "classify" cannot have one.`,
    );
  }
  return steps.length === 0
    ? (delivery, innermost) => innermost(delivery)
    : inOneLoop(steps, missingInnermost);
}

const missingInnermost: Next = () => {
  throw new TypeError(
    'The steps of a pipeline were called for a message without the function that runs next. Pass that function as the second argument of every call.',
  );
};

type Loop = (delivery: Delivery, innermost?: Next) => MaybePromise<Outcome>;

/** Runs steps without `around` in one loop: first `enter` of each step, then `leave` of each step in reverse order. */
function inOneLoop(steps: readonly Step[], innermost: Next): Loop {
  /** The rest of the pipeline from each step on. It is used if a step finishes asynchronously. */
  const from: Loop[] = [];
  for (let first = steps.length - 1; first > 0; first -= 1) {
    from[first] = loopFrom(first, steps, innermost, from);
  }
  return loopFrom(0, steps, innermost, from);
}

function loopFrom(
  first: number,
  steps: readonly Step[],
  always: Next,
  from: readonly Loop[],
): Loop {
  const enters = steps.map(({ enter }) => enter);
  const leaves = steps.map(({ leave }) => leave);
  const recovers = steps.map(({ recover }) => recover);
  const count = steps.length;

  const back = (
    depth: number,
    delivery: Delivery,
    outcome: MaybePromise<Outcome>,
  ): MaybePromise<Outcome> => {
    const recover = recovers[depth];
    const known =
      recover !== undefined && outcome instanceof Promise
        ? outcome.catch((thrown: unknown) => recover(delivery, thrown))
        : outcome;
    return leaves[depth]?.(delivery, known) ?? known;
  };

  return (delivery, innermost = always) => {
    let depth = first;
    let outcome: MaybePromise<Outcome> | undefined;
    try {
      for (; depth < count; depth += 1) {
        const entered = enters[depth]?.(delivery);
        if (entered === undefined) continue;
        const rest = from[depth + 1] ?? innermost;
        outcome =
          entered instanceof Promise
            ? entered.then((ended) => ended ?? rest(delivery, innermost))
            : entered;
        break;
      }
      outcome ??= innermost(delivery);
    } catch (thrown) {
      do depth -= 1;
      while (depth >= first && recovers[depth] === undefined);
      const recover = depth < first ? undefined : recovers[depth];
      if (recover === undefined) throw thrown;
      outcome = recover(delivery, thrown);
    }
    for (depth -= 1; depth >= first; depth -= 1) outcome = back(depth, delivery, outcome);
    return outcome;
  };
}

/** The function through which Nest calls a handler, with its guards, pipes, interceptors and filters. */
export type NestHandler = (payload: unknown, delivery: unknown) => unknown;

/** Calls the handler and makes its run the current one. */
export const invoke =
  (handler: NestHandler, hooks: ProcessingHooks): Next =>
  (delivery) => {
    const place = hooks.isUsed ? undefined : currentRun.take(delivery);
    if (place === undefined) return enter(handler, hooks, delivery);
    try {
      const outcome = answerOf(handler(payloadOf(delivery), delivery));
      place.isTaken = outcome instanceof Promise;
      return outcome;
    } finally {
      if (!place.isTaken) place.run = undefined;
    }
  };

/** Calls the handler in an async context of its own. Used if no shared place is free, or if a hook is set. */
function enter(
  handler: NestHandler,
  hooks: ProcessingHooks,
  delivery: Delivery,
): MaybePromise<Outcome> {
  const work = (): MaybePromise<Outcome> =>
    currentRun.enter(delivery, () => answerOf(handler(payloadOf(delivery), delivery)));
  return hooks.isUsed ? hooks.run(delivery, [inboundOf(delivery)], work) : work();
}

/**
 * Waits for the handler's result. Subscribes to an observable, because Nest runs a handler with interceptors, or one that returns
 * an observable, only on subscription (rpc-proxy.js). A handler that emits no value, as with `EMPTY`, counts as successful.
 */
export function answerOf(answer: unknown): MaybePromise<Outcome> {
  if (answer === undefined) return ACK;
  return isAwaitable(answer) ? Promise.resolve(answer).then(ended) : ended(answer);
}

const ended = (answer: unknown): MaybePromise<Outcome> =>
  isObservable(answer) ? lastValueFrom(answer, { defaultValue: undefined }).then(done) : ACK;

const done = (): Outcome => ACK;
