import type { Context, Span } from '@opentelemetry/api';
import type { Api } from './load-api.js';

/*
 * A cheap implementation of Context, because each message needs two contexts. Each context of the API is a map and three
 * closures, and copies everything from its parent context (context.js, 1.9).
 */

class Values implements Context {
  readonly #values: ReadonlyMap<symbol, unknown>;

  constructor(values: ReadonlyMap<symbol, unknown>) {
    this.#values = values;
  }

  getValue(key: symbol): unknown {
    return this.#values.get(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new Values(new Map(this.#values).set(key, value));
  }

  deleteValue(key: symbol): Context {
    return new Values(new Map([...this.#values].filter(([other]) => other !== key)));
  }
}

/** A context that contains nothing but a current span. */
class OnlySpan implements Context {
  readonly #key: symbol;
  readonly #span: Span;

  constructor(key: symbol, span: Span) {
    this.#key = key;
    this.#span = span;
  }

  getValue(key: symbol): unknown {
    return key === this.#key ? this.#span : undefined;
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#values.setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#values.deleteValue(key);
  }

  get #values(): Values {
    return new Values(new Map([[this.#key, this.#span]]));
  }
}

/**
 * Returns the key under which the API looks up the span of a context. The key is private, but the API passes it to every context.
 */
function keyOfSpans(api: Api): symbol | undefined {
  let asked: symbol | undefined;
  const listening: Context = {
    getValue: (key) => {
      asked = key;
      return undefined;
    },
    setValue: () => listening,
    deleteValue: () => listening,
  };
  api.trace.getSpan(listening);
  return asked;
}

/** Returns a function that creates contexts with nothing but a current span. */
export function onlySpans(api: Api): (span: Span) => Context {
  let key: symbol | undefined;
  return (span) => {
    key ??= keyOfSpans(api);
    return key === undefined ? api.trace.setSpan(api.ROOT_CONTEXT, span) : new OnlySpan(key, span);
  };
}
