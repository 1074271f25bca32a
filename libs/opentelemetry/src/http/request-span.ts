import type { Context, Span } from '@opentelemetry/api';
import { attribute } from '../spans/conventions.js';
import { isObject } from '../is-object.js';
import { reportError } from '../spans/report-error.js';
import type { Setting } from '../sdk/access.js';

const SERVER_ERROR = 500;

/** A response as Node has it; Fastify keeps it under `raw`. */
interface NodeResponse {
  readonly statusCode: number;
  once(event: 'close', listener: () => void): unknown;
}

const isNodeResponse = (value: unknown): value is NodeResponse =>
  isObject(value) && 'statusCode' in value && 'once' in value;

function nodeResponseOf(response: unknown): NodeResponse | undefined {
  if (isObject(response) && 'raw' in response && isNodeResponse(response.raw)) return response.raw;
  return isNodeResponse(response) ? response : undefined;
}

/** A request at work, until its answer is out: only then filters have made of an error what the customer sees. */
export class RequestSpan {
  readonly #setting: Setting;
  readonly #span: Span;
  readonly #entered: Context;
  readonly #response: NodeResponse | undefined;
  #error: { readonly thrown: unknown } | undefined;

  constructor(setting: Setting, span: Span, response: unknown) {
    const { api, guard } = setting;
    this.#setting = setting;
    this.#span = span;
    this.#entered = api.trace.setSpan(api.ROOT_CONTEXT, span);
    this.#response = nodeResponseOf(response);
    this.#response?.once('close', () => {
      guard.attempt(() => this.#conclude());
      guard.attempt(() => span.end());
    });
  }

  run<R>(work: () => R): R {
    const { api, guard } = this.#setting;
    return guard.around((inside) => api.context.with(this.#entered, inside), work);
  }

  failed(thrown: unknown): void {
    this.#error = { thrown };
    this.returned();
  }

  /** Ends the span where nothing else will. */
  returned(): void {
    if (this.#response !== undefined) return;
    const { api, guard } = this.#setting;
    const error = this.#error;
    if (error !== undefined) guard.attempt(() => reportError(api, this.#span, error.thrown));
    guard.attempt(() => this.#span.end());
  }

  /** An answer below 500 is no failure of the server's (conventions for HTTP, "status"). */
  #conclude(): void {
    const status = this.#response?.statusCode ?? SERVER_ERROR;
    this.#span.setAttribute(attribute.httpStatus, status);
    if (status < SERVER_ERROR) return;
    reportError(this.#setting.api, this.#span, this.#error?.thrown);
    this.#span.setAttribute(attribute.errorType, String(status));
  }
}
