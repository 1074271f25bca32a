import type { Context, Span } from '@opentelemetry/api';
import type { Api } from './load-api.js';

/*
 * Contexts of our own, since a message needs two. The API's are a map and three closures each, made anew with the whole of what
 * they derive from (context.js, 1.9).
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

/** A context in which a span is current, and nothing else. */
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

/** The key by which this API looks for the span of a context: it keeps that to itself, but asks for it. */
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

/** Gives contexts in which nothing but a span is current. */
export function onlySpans(api: Api): (span: Span) => Context {
  let key: symbol | undefined;
  return (span) => {
    key ??= keyOfSpans(api);
    return key === undefined ? api.trace.setSpan(api.ROOT_CONTEXT, span) : new OnlySpan(key, span);
  };
}
