import { z } from 'zod';
import { shown } from '../violation.js';

/** Whether a value keeps a limit. */
type Holds<T> = (value: T) => boolean;

/**
 * A limit as a refinement of a schema: the issue's message is the limit, its `was` the value.
 *
 * @param was what a violation shows. Default: the value itself.
 */
export const obeys =
  <T>(limit: string, holds: Holds<T>, was: (value: T) => unknown = (value) => value) =>
  (value: T, context: z.RefinementCtx<T>): void => {
    if (holds(value)) return;
    context.addIssue({ code: 'custom', message: limit, params: { was: shown(was(value)) } });
  };

/** A whole number between these two, as most of AWS' limits are. */
export const wholeNumber = (name: string, least: number, most: number): z.ZodNumber =>
  z
    .number()
    .superRefine(
      obeys(
        `${name}: ${least} to ${most}`,
        (value) => Number.isInteger(value) && value >= least && value <= most,
      ),
    );
