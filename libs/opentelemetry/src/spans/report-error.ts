import { inspect } from 'node:util';
import { isError } from '#base';
import type { Span } from '@opentelemetry/api';
import { attribute, OTHER_ERROR } from './conventions.js';
import type { Api } from '../sdk/load-api.js';

/**
 * Returns the code of an error, such as `ECONNREFUSED`, or its name if it has no code. Both have few distinct values, as the
 * conventions require.
 */
export function errorType(thrown: unknown): string {
  try {
    if (!isError(thrown)) return OTHER_ERROR;
    const code = 'code' in thrown ? thrown.code : undefined;
    return typeof code === 'string' && code !== '' ? code : thrown.name || OTHER_ERROR;
  } catch {
    return OTHER_ERROR;
  }
}

/** Returns the message of an error, or a text for any other thrown value. */
export function messageOf(thrown: unknown): string {
  try {
    if (isError(thrown)) return thrown.message;
    return typeof thrown === 'string' ? thrown : inspect(thrown);
  } catch {
    return 'The thrown value cannot be shown';
  }
}

/** Marks a span as failed, with the error and its stack. */
export function reportError(api: Api, span: Span, thrown: unknown): void {
  span.setAttribute(attribute.errorType, errorType(thrown));
  if (thrown === undefined) {
    span.setStatus({ code: api.SpanStatusCode.ERROR });
    return;
  }
  const message = messageOf(thrown);
  // If the user has set the status to OK, the SDK keeps that status.
  span.setStatus({ code: api.SpanStatusCode.ERROR, message });
  try {
    span.recordException(isError(thrown) ? thrown : message);
  } catch {
    // The SDK cannot read an error whose getters throw, so it gets only the message.
    span.recordException(message);
  }
}
