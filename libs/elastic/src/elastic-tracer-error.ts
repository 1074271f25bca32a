/**
 * What this room throws, at start only: nothing is thrown into a delivery or a send. The code does not change between
 * versions.
 *
 * @example
 * try { elastic(); }
 * catch (error) { if (error instanceof ElasticTracerError && error.code === 'TL_ELASTIC_AGENT_MISSING') … }
 */
export class ElasticTracerError extends Error {
  override readonly name = 'ElasticTracerError';
  readonly code: `TL_ELASTIC_${string}`;

  constructor(code: `TL_ELASTIC_${string}`, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
