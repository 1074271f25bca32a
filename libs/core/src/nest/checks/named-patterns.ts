import type { DiscoveryService, MetadataScanner } from '@nestjs/core';

/**
 * The metadata keys under which Nest stores the patterns of a method and the transport for these patterns (@nestjs/microservices,
 * constants.js).
 */
const PATTERNS = 'microservices:pattern';
const TRANSPORT = 'microservices:transport';

/**
 * Returns the patterns of Nest's decorators that name a transport by its symbol, as in `@EventPattern('orders', SQS)`. This
 * function is needed because Nest passes a server these patterns together with all patterns that name no transport, and does not
 * tell them apart.
 */
export function namedPatterns(
  discovery: DiscoveryService,
  scanner: MetadataScanner,
): ReadonlyMap<symbol, ReadonlySet<string>> {
  const named = new Map<symbol, Set<string>>();
  for (const { metatype } of discovery.getControllers()) {
    const prototype: unknown = metatype?.prototype;
    if (typeof prototype !== 'object' || prototype === null) continue;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const method: unknown = Reflect.get(prototype, name);
      if (typeof method !== 'function') continue;
      const transport: unknown = Reflect.getMetadata(TRANSPORT, method);
      const patterns: unknown = Reflect.getMetadata(PATTERNS, method);
      if (typeof transport !== 'symbol' || !Array.isArray(patterns)) continue;
      const known = named.get(transport) ?? new Set();
      named.set(transport, known);
      for (const pattern of patterns) if (typeof pattern === 'string') known.add(pattern);
    }
  }
  return named;
}
