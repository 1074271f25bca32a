import { inspect } from 'node:util';
import type { Span } from '@opentelemetry/api';
import { attribute, OTHER_ERROR } from './conventions.js';
import type { Api } from '../sdk/load-api.js';

/** An error of another realm too. */
const isError = (thrown: unknown): thrown is Error =>
  thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]';

/** The code of an error where it has one, `ECONNREFUSED`, else its name: of few values, as the conventions ask. */
export function errorType(thrown: unknown): string {
  try {
    if (!isError(thrown)) return OTHER_ERROR;
    const code = 'code' in thrown ? thrown.code : undefined;
    return typeof code === 'string' && code !== '' ? code : thrown.name || OTHER_ERROR;
  } catch {
    return OTHER_ERROR;
  }
}

/** What an error says, in a line where it does. */
export function messageOf(thrown: unknown): string {
  try {
    if (isError(thrown)) return thrown.message;
    return typeof thrown === 'string' ? thrown : inspect(thrown);
  } catch {
    return 'Something was thrown that cannot be shown';
  }
}

/** Says that what a span stands for has failed, and why, with the stack that the error was made with. */
export function reportError(api: Api, span: Span, thrown: unknown): void {
  span.setAttribute(attribute.errorType, errorType(thrown));
  if (thrown === undefined) {
    span.setStatus({ code: api.SpanStatusCode.ERROR });
    return;
  }
  const message = messageOf(thrown);
  // A status that the user has set to OK stays: the SDK sees to that.
  span.setStatus({ code: api.SpanStatusCode.ERROR, message });
  try {
    span.recordException(isError(thrown) ? thrown : message);
  } catch {
    // An error whose own getters throw cannot be read by the SDK.
    span.recordException(message);
  }
}
