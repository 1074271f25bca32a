import type { Context, Span } from '@opentelemetry/api';
import { attribute } from '../spans/conventions.js';
import { isObject } from '#base';
import { reportError } from '../spans/report-error.js';
import type { SdkAccess } from '../sdk/access.js';

const SERVER_ERROR = 500;

/** Node's own response object. Fastify provides it as `raw`. */
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

/** The span of a request. It lasts until the response is sent, because only then have filters converted errors to a status. */
export class RequestSpan {
  readonly #access: SdkAccess;
  readonly #span: Span;
  readonly #entered: Context;
  readonly #response: NodeResponse | undefined;
  #error: { readonly thrown: unknown } | undefined;

  constructor(access: SdkAccess, span: Span, response: unknown) {
    const { api, guard } = access;
    this.#access = access;
    this.#span = span;
    this.#entered = api.trace.setSpan(api.ROOT_CONTEXT, span);
    this.#response = nodeResponseOf(response);
    this.#response?.once('close', () => {
      guard.attempt(() => this.#conclude());
      guard.attempt(() => span.end());
    });
  }

  run<R>(work: () => R): R {
    const { api, guard } = this.#access;
    return guard.around((inside) => api.context.with(this.#entered, inside), work);
  }

  failed(thrown: unknown): void {
    this.#error = { thrown };
    this.returned();
  }

  /** Ends the span if no response is known. Otherwise, the end of the response ends the span. */
  returned(): void {
    if (this.#response !== undefined) return;
    const { api, guard } = this.#access;
    const error = this.#error;
    if (error !== undefined) guard.attempt(() => reportError(api, this.#span, error.thrown));
    guard.attempt(() => this.#span.end());
  }

  /**
   * Records the status of the response. Only a status from 500 on is a failure of the server (conventions for HTTP, "status").
   */
  #conclude(): void {
    const status = this.#response?.statusCode ?? SERVER_ERROR;
    this.#span.setAttribute(attribute.httpStatus, status);
    if (status < SERVER_ERROR) return;
    reportError(this.#access.api, this.#span, this.#error?.thrown);
    this.#span.setAttribute(attribute.errorType, String(status));
  }
}
