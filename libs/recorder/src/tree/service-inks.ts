import type { Entry } from './entries.js';
import type { Ink } from './paint.js';

const serviceInks = [
  'cyan',
  'magenta',
  'blue',
  'yellow',
  'green',
] as const satisfies readonly Ink[];

/** One ink for each service, in the order in which they come. */
export function inksFor(entries: readonly Entry[]): (service: string) => Ink {
  const services = [...new Set(entries.map(({ service }) => service))];
  return (service) => serviceInks[services.indexOf(service) % serviceInks.length] ?? 'cyan';
}
