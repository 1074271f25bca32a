import fc from 'fast-check';

/** Any JavaScript value, as a property of an error or as a thrown value. */
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withTypedArray: true,
});

const throwing = (): never => {
  throw new Error('this getter throws');
};

/** A property of an error: a value, a getter that throws, or a very long text. */
const property: fc.Arbitrary<PropertyDescriptor> = fc.oneof(
  anything.map((value) => ({ value, configurable: true })),
  fc.constant({ get: throwing, configurable: true }),
  fc.constant({ value: 'x'.repeat(100_000), configurable: true }),
);

const errors = fc
  .dictionary(fc.constantFrom('name', 'message', 'stack', 'cause', 'code', 'toString'), property)
  .map((properties) => Object.defineProperties(new Error('hostile'), properties));

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Creates something that a handler may throw. It is a function because a revoked proxy would break the generator itself. */
export const thrown: fc.Arbitrary<() => unknown> = fc.oneof(
  { arbitrary: anything.map((value) => () => value), weight: 4 },
  { arbitrary: errors.map((error) => () => error), weight: 4 },
  { arbitrary: fc.constant(revoked), weight: 1 },
);

const text = fc.string({ unit: 'binary', maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 40 });
const headerName = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'tenant', 'traceparent', ''),
  text,
);

/** A header's value as a broker may deliver it. */
const anyHeaderValue = fc.oneof(text, bytes, fc.array(fc.oneof(text, bytes), { maxLength: 3 }));

/** What plain JavaScript may pass to `publish`. */
export interface AnyPublish {
  readonly payload: unknown;
  readonly options: Readonly<Record<string, unknown>>;
}

/** An option that is often valid, sometimes almost valid, and sometimes anything. */
const oftenly = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: usual, weight: 4 }, { arbitrary: anything, weight: 1 });

const options = fc.record(
  {
    key: oftenly(text),
    headers: oftenly(fc.dictionary(headerName, oftenly(anyHeaderValue), { maxKeys: 12 })),
    delay: oftenly(fc.constantFrom('0s', '1ms')),
    deduplicationId: oftenly(fc.uuid()),
    publishTimeout: oftenly(fc.constantFrom('60s', '1h', '99999999h')),
    partition: oftenly(fc.constantFrom(0, 1, 99)),
  },
  { requiredKeys: [] },
);

/** Any publish. Half of them are plain. */
export const publish: fc.Arbitrary<AnyPublish> = fc.record({
  payload: fc.oneof(fc.jsonValue(), anything),
  options: fc.oneof(fc.constant({}), options),
});

/** A record as another client may have sent it to Kafka. */
export interface AnyRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [string, Uint8Array])[];
}

const wireName = fc.oneof(headerName, text).filter((name) => name.isWellFormed());

export const record: fc.Arbitrary<AnyRecord> = fc.record({
  key: fc.option(bytes),
  value: fc.option(
    fc.oneof(
      bytes,
      fc.json().map((json) => Buffer.from(json)),
    ),
  ),
  headers: fc.array(fc.tuple(wireName, bytes), { maxLength: 12 }),
});

/** This many samples, the same each time. */
export const samples = <T>(arbitrary: fc.Arbitrary<T>, count: number): readonly T[] =>
  fc.sample(arbitrary, { numRuns: count, seed: 14 });
