const UNWRAP = 'ElasticAPMUnwrap';

/**
 * Removes the wrapper of Elastic's agent from a method. The agent stores a function for this purpose on each wrapper. The
 * function's key is a symbol that can be found only by its description (elastic-apm-node, lib/instrumentation/shimmer.js).
 */
export function unwrapElastic(target: object, method: string): void {
  const wrapper: unknown = Reflect.get(target, method);
  if (typeof wrapper !== 'function') return;
  const symbol = Object.getOwnPropertySymbols(wrapper).find(
    ({ description }) => description === UNWRAP,
  );
  const unwrap: unknown = symbol && Reflect.get(wrapper, symbol);
  if (typeof unwrap === 'function') Reflect.apply(unwrap, target, []);
}
