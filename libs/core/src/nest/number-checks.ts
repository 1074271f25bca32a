import { ThroughlineError } from '#base';
import type { HandlerDefinition } from '../handler/handler-definition.js';

/**
 * The numbers of a handler with which nothing would ever run, and its messages would wait where nobody sees it: a variable of the
 * environment that is not set becomes `NaN`.
 */
export function numberMistakes({ name, options }: HandlerDefinition): readonly ThroughlineError[] {
  const { concurrency, laneLimit, batch } = options;
  const numbers: readonly (readonly [option: string, value: unknown])[] = [
    ['concurrency', concurrency],
    ['laneLimit', laneLimit],
    ['batch.size', batch?.size],
  ];
  return numbers.flatMap(([option, value]) =>
    value === undefined || isCount(value) ? [] : [mistake(name, option, value)],
  );
}

/** `Infinity` is a limit that nothing reaches. */
const isCount = (value: unknown): boolean =>
  typeof value === 'number' && value >= 1 && (Number.isInteger(value) || value === Infinity);

const mistake = (handler: string, option: string, value: unknown): ThroughlineError =>
  new ThroughlineError(
    'TL_OPTION_INVALID',
    `${option} of ${handler} is a whole number from 1 on, not ${typeof value === 'number' ? value : `a ${typeof value}`}.`,
  );
