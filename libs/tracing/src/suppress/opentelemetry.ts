/**
 * Removes all wrappers of OpenTelemetry's instrumentations from a method. Each wrapper has a reference to the function that it
 * wraps (@opentelemetry/instrumentation, shimmer).
 */
export function unwrapOpenTelemetry(target: object, method: string): void {
  const wrapper: unknown = Reflect.get(target, method);
  let original = wrapper;
  for (let inner = wrappedBy(original); inner !== undefined; inner = wrappedBy(original)) {
    original = inner;
  }
  if (original !== wrapper) Reflect.set(target, method, original);
}

function wrappedBy(wrapper: unknown): unknown {
  return typeof wrapper === 'function' ? Reflect.get(wrapper, '__original') : undefined;
}
