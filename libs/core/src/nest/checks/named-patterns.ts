import type { DiscoveryService, MetadataScanner } from '@nestjs/core';

/**
 * The metadata keys under which Nest stores a method's patterns and the transport that they name (@nestjs/microservices,
 * constants.js).
 */
const PATTERNS = 'microservices:pattern';
const TRANSPORT = 'microservices:transport';

/**
 * The patterns of Nest's decorators that name a transport by its symbol: `@EventPattern('orders', SQS)`. Nest also passes a server
 * all patterns that name no transport, and does not distinguish them.
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
