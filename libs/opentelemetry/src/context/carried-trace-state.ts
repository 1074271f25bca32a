import type { TraceState } from '@opentelemetry/api';
import type { Api } from '../sdk/load-api.js';

/**
 * The `tracestate` of a message, which is passed on unchanged. The API's own class drops a list of more than 512 characters. It
 * also parses each list immediately (tracestate-impl.js, 1.9), although most samplers never read it.
 */
export class CarriedTraceState implements TraceState {
  readonly #api: Api;
  readonly #list: string;
  #parsed: TraceState | undefined;

  constructor(api: Api, list: string) {
    this.#api = api;
    this.#list = list;
  }

  get(key: string): string | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: string): TraceState {
    return this.#entries.set(key, value);
  }

  unset(key: string): TraceState {
    return this.#entries.unset(key);
  }

  serialize(): string {
    return this.#list;
  }

  get #entries(): TraceState {
    return (this.#parsed ??= this.#api.createTraceState(this.#list));
  }
}
