/**
 * The code of an error of the system (`ENOENT`, `EADDRINUSE`). It does not use
 * `instanceof Error`, because Node.js' own errors are of another realm under Jest.
 */
export function systemCodeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
