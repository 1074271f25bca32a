/**
 * The code of an error of the system (`ENOENT`, `EADDRINUSE`). It looks at the shape: under Jest, Node's own errors are
 * of another realm, and no `instanceof Error`.
 */
export function systemCodeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
