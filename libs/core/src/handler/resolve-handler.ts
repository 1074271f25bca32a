import { exponential, isRecord } from '#base';
import type {
  AnyHandlerOptions,
  CommonOptions,
  DeclaredHandler,
  HandlerDefaults,
  HandlerDefinition,
  OptionOrigin,
} from './handler-definition.js';

/** The built-in values of handler options. */
export const BUILT_IN = {
  enabled: true,
  concurrency: 10,
  retry: { attempts: 5, backoff: exponential('1s', '5m'), crashAttempts: 20 },
  deadLetter: true,
  timeout: '5m',
  grace: '30s',
  laneLimit: 1_000,
  onBlocked: 'pause',
  trace: 'continue',
} as const satisfies CommonOptions;

/** One layer of handler options. Options in a later layer replace those in an earlier one. */
export interface OptionLayer {
  readonly origin: OptionOrigin;
  readonly options: object;
}

/**
 * Merges all layers of options, and records the origin of each option. A value of `undefined` does not replace an earlier value.
 */
export function mergeLayers(layers: readonly OptionLayer[]): {
  readonly options: AnyHandlerOptions;
  readonly origins: ReadonlyMap<string, OptionOrigin>;
} {
  const entries = layers.flatMap(({ origin, options }) =>
    Object.entries(isRecord(options) ? options : {}).flatMap(
      ([option, value]: [string, unknown]) =>
        value === undefined ? [] : [{ option, value, origin }],
    ),
  );
  return {
    options: Object.fromEntries(entries.map(({ option, value }) => [option, value])),
    origins: new Map(entries.map(({ option, origin }) => [option, origin])),
  };
}

/**
 * Resolves every option of a handler: built-in values, then the application's `defaults`, then the handler's own layers, then
 * overrides.
 *
 * @param overrides the options of each override of this handler. Later ones take precedence.
 */
export function resolveHandler(
  { channel, name, layers }: DeclaredHandler,
  defaults: HandlerDefaults = {},
  overrides: readonly object[] = [],
): HandlerDefinition {
  const { options, origins } = mergeLayers([
    { origin: 'defaults', options: defaults },
    ...layers,
    ...overrides.map((options) => ({ origin: 'override', options }) as const),
  ]);
  return { channel, name, options: { ...BUILT_IN, ...options }, origins };
}
