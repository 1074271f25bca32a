import { optionErrors, rule, type ThroughlineError } from '#base';
import { DEFAULTS_RULES } from './handler-option-checks.js';
import type { DeclaredHandler, HandlerDefaults, HandlerDefinition } from './handler-definition.js';
import { overriddenHandler, overrideErrors, type HandlerOverride } from './override.js';
import { resolveHandler } from './resolve-handler.js';

/** Resolves the handlers of an application with its `defaults` and `overrides`. */
export class HandlerResolver {
  readonly #overrides: readonly HandlerOverride[];
  readonly #defaults: HandlerDefaults;

  constructor({
    defaults = {},
    overrides = [],
  }: {
    readonly defaults?: HandlerDefaults | undefined;
    readonly overrides?: readonly HandlerOverride[] | undefined;
  }) {
    this.#defaults = defaults;
    this.#overrides = overrides;
  }

  resolve(declared: DeclaredHandler): HandlerDefinition {
    const own = this.#overrides.filter((one) => overriddenHandler(one) === declared);
    return resolveHandler(
      declared,
      this.#defaults,
      own.map(({ options }) => options),
    );
  }

  /** Returns the errors in the `defaults`, and in the overrides for these controllers. */
  errors(controllers: ReadonlySet<unknown>): readonly ThroughlineError[] {
    const options = { defaults: this.#defaults };
    return [
      ...optionErrors('ThroughlineModule.forRoot', options, {
        defaults: rule.nested(DEFAULTS_RULES),
      }),
      ...overrideErrors(this.#overrides, (controller) => controllers.has(controller)),
    ];
  }
}
