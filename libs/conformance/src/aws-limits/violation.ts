/** A request that AWS would have refused. */
export interface LimitViolation {
  /** `SendMessageBatch`, `ReceiveMessage` … */
  readonly operation: string;
  /** What AWS documents, such as `DelaySeconds: 0 to 900`. */
  readonly limit: string;
  /** The value in the request, shortened if it is long. */
  readonly was: string;
}

const LONGEST = 100;

/** A value as a violation shows it. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length} characters)`;
}
