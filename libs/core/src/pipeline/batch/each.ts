import { ThroughlineError } from '#base';
import { andThen, type MaybePromise } from '#base';

/** Runs one item. Returns whether the next item may follow. */
type Step<T> = (one: T) => MaybePromise<boolean>;

/**
 * Runs lanes concurrently, and the messages in each lane one after another. A lane ends early if one of its messages prevents the
 * next from running.
 *
 * @throws ThroughlineError `TL_OPTION_INVALID` if the concurrency is not a number. Without this error, nothing would run, and all
 * messages would count as done.
 */
export async function eachInLanes<T>(
  lanes: readonly (readonly T[])[],
  concurrency: number,
  step: Step<T>,
): Promise<void> {
  if (typeof concurrency !== 'number' || Number.isNaN(concurrency)) throw noNumber(concurrency);
  const atOnce = Math.min(Math.max(1, concurrency), lanes.length);
  const left = lanes.values();
  const runLane = (lane: readonly T[]): MaybePromise<boolean> =>
    andThen(inTurn(lane.values(), step), () => true);
  const turns = Array.from({ length: atOnce }, () => inTurn(left, runLane));
  await Promise.all(turns);
}

const noNumber = (concurrency: unknown): ThroughlineError =>
  new ThroughlineError(
    'TL_OPTION_INVALID',
    `The concurrency of each() must be a number, but is ${typeof concurrency === 'number' ? 'NaN' : `a ${typeof concurrency}`}.`,
  );

/**
 * Runs items in order: the messages of a lane, or the lanes that are left. Creates no promise as long as each step is
 * synchronous.
 */
function inTurn<T>(left: Iterator<T>, step: Step<T>): MaybePromise<unknown> {
  for (let next = left.next(); next.done !== true; next = left.next()) {
    const mayGoOn = step(next.value);
    if (mayGoOn instanceof Promise) return resumeStarts(mayGoOn, left, step);
    if (!mayGoOn) break;
  }
  return undefined;
}

async function resumeStarts<T>(
  first: Promise<boolean>,
  left: Iterator<T>,
  step: Step<T>,
): Promise<void> {
  let mayGoOn = await first;
  while (mayGoOn) {
    const next = left.next();
    if (next.done === true) return;
    mayGoOn = await step(next.value);
  }
}
