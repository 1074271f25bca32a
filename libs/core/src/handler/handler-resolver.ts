import { optionErrors, rule, type ThroughlineError } from '#base';
import { DEFAULTS_RULES } from './handler-option-checks.js';
import type { DeclaredHandler, HandlerDefaults, HandlerDefinition } from './handler-definition.js';
import { overriddenHandler, overrideErrors, type HandlerOverride } from './override.js';
import { resolveHandler } from './resolve-handler.js';

/** Resolves the handlers of an application with its `defaults` and `overrides`. */
export class HandlerResolver {
  readonly #overrides: readonly HandlerOverride[];
  readonly #defaults: HandlerDefaults;
  readonly #controllers: () => ReadonlySet<unknown>;

  /** @param controllers returns the classes of the application's controllers. It is called only after Nest has found them. */
  constructor({
    defaults = {},
    overrides = [],
    controllers,
  }: {
    readonly defaults?: HandlerDefaults | undefined;
    readonly overrides?: readonly HandlerOverride[] | undefined;
    readonly controllers: () => ReadonlySet<unknown>;
  }) {
    this.#defaults = defaults;
    this.#overrides = overrides;
    this.#controllers = controllers;
  }

  /**
   * Resolves the options of a declared handler. Classes that inherit a handler share one declaration, and Nest does not report
   * which class a handler belongs to. An override for one of these classes therefore applies only if the application contains
   * that class. If the application contains several of the classes, {@link errors} refuses the override.
   */
  resolve(declared: DeclaredHandler): HandlerDefinition {
    const controllers = this.#controllers();
    const own = this.#overrides.filter(
      (one) => overriddenHandler(one) === declared && controllers.has(one.controller),
    );
    return resolveHandler(
      declared,
      this.#defaults,
      own.map(({ options }) => options),
    );
  }

  /** Returns the errors in the `defaults`, and in the overrides for the application's controllers. */
  errors(): readonly ThroughlineError[] {
    const options = { defaults: this.#defaults };
    return [
      ...optionErrors('ThroughlineModule.forRoot', options, {
        defaults: rule.nested(DEFAULTS_RULES),
      }),
      ...overrideErrors(this.#overrides, this.#controllers()),
    ];
  }
}
