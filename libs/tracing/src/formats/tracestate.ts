const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const MAX_MEMBERS = 32;

const isMember = (member: string): boolean => {
  const split = member.indexOf('=');
  return split > 0 && KEY.test(member.slice(0, split)) && VALUE.test(member.slice(split + 1));
};

/**
 * Parses a `tracestate` (https://www.w3.org/TR/trace-context/#tracestate-header). Returns the list without blanks. Returns
 * `undefined` if the list is empty, or if any part is invalid, because an invalid list must be dropped as a whole.
 *
 * @example
 * parseTracestate('es=s:1 , vendor=x') // 'es=s:1,vendor=x'
 */
export function parseTracestate(value: string): string | undefined {
  const members = value
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  if (members.length === 0 || members.length > MAX_MEMBERS) return undefined;
  if (!members.every(isMember)) return undefined;
  const keys = new Set(members.map((member) => member.slice(0, member.indexOf('='))));
  return keys.size === members.length ? members.join(',') : undefined;
}
