/**
 * What this room throws, at start only: nothing is thrown into a delivery or a send. The code does not change between
 * versions.
 *
 * @example
 * try { opentelemetry(); }
 * catch (error) { if (error instanceof OpenTelemetryTracerError && error.code === 'TL_OPENTELEMETRY_API_MISSING') … }
 */
export class OpenTelemetryTracerError extends Error {
  override readonly name = 'OpenTelemetryTracerError';
  readonly code: `TL_OPENTELEMETRY_${string}`;

  constructor(code: `TL_OPENTELEMETRY_${string}`, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
