import type { Attributes, Histogram, MeterProvider } from '@opentelemetry/api';
import type { Endpoint } from 'throughline/tracing';
import { systemName, type Operation } from '../spans/attributes.js';
import { attribute, ours } from '../spans/conventions.js';
import type { Api } from '../sdk/load-api.js';
import { ObservedCounter } from './observed-counter.js';

const SCOPE = 'throughline';

/** The bucket boundaries of durations, in seconds, as the conventions recommend for `messaging.process.duration`. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** The source of a metric's attributes. Each attribute has only a few different values. */
export interface Measured {
  readonly endpoint: Endpoint;
  readonly operation: Operation;
  readonly outcome?: string | undefined;
  readonly errorType?: string | undefined;
}

function attributesOf({ endpoint, operation, outcome, errorType }: Measured): Attributes {
  const attributes: Attributes = {
    [attribute.system]: systemName(endpoint),
    [attribute.operationName]: operation.name,
    [attribute.destination]: endpoint.destination,
  };
  const group = endpoint.facts?.group;
  if (group !== undefined) attributes[attribute.group] = group;
  if (outcome !== undefined) attributes[ours.outcome] = outcome;
  if (errorType !== undefined) attributes[attribute.errorType] = errorType;
  return attributes;
}

const keyOf = ({ endpoint, errorType }: Measured): string =>
  `${endpoint.system} ${endpoint.destination} ${endpoint.facts?.group ?? ''} ${errorType ?? ''}`;

/** Returns the attributes, including the type of the operation. Only `messaging.client.operation.duration` has the type. */
function withType(measured: Measured): Attributes {
  const attributes = attributesOf(measured);
  attributes[attribute.operationType] = measured.operation.type;
  return attributes;
}

/** The metrics of the conventions, and one metric of Throughline's own. One meter provider creates them. */
export class Instruments {
  readonly #sent: ObservedCounter;
  readonly #consumed: ObservedCounter;
  readonly #contexts: ObservedCounter;
  readonly #processed: Histogram;
  readonly #operated: Histogram;

  constructor(provider: MeterProvider) {
    const meter = provider.getMeter(SCOPE);
    const inMessages = { unit: '{message}' };
    const inSeconds = { unit: 's', advice: { explicitBucketBoundaries: BUCKETS } };
    this.#sent = new ObservedCounter(meter, 'messaging.client.sent.messages', inMessages);
    this.#consumed = new ObservedCounter(meter, 'messaging.client.consumed.messages', inMessages);
    this.#contexts = new ObservedCounter(meter, 'throughline.sent.trace_contexts', {
      ...inMessages,
      description: 'Messages sent, by how much of the trace context fit into them',
    });
    this.#processed = meter.createHistogram('messaging.process.duration', inSeconds);
    this.#operated = meter.createHistogram('messaging.client.operation.duration', inSeconds);
  }

  consumed(measured: Measured, count: number): void {
    const key = `${measured.operation.name} ${keyOf(measured)}`;
    this.#consumed.add(count, key, () => attributesOf(measured));
  }

  processed(measured: Measured, seconds: number): void {
    this.#processed.record(seconds, attributesOf(measured));
  }

  /** Records the metrics of one run of a batch handler. */
  received(measured: Measured, seconds: number): void {
    this.#operated.record(seconds, withType(measured));
  }

  sent(measured: Measured, seconds: number, traceContext: string | number | undefined): void {
    const key = keyOf(measured);
    this.#sent.add(1, key, () => attributesOf(measured));
    this.#operated.record(seconds, withType(measured));
    if (traceContext === undefined) return;
    this.#contexts.add(1, `${key} ${traceContext}`, () => ({
      [attribute.system]: systemName(measured.endpoint),
      [attribute.destination]: measured.endpoint.destination,
      [ours.traceContext]: traceContext,
    }));
  }
}

/**
 * Returns a function for the instruments of the current meter provider. It returns `undefined` while no provider is registered.
 * For tracers, the API has a proxy that finds a provider registered later. For meters, it has none (1.9).
 */
export function instrumentsOf(
  api: Api,
  given: MeterProvider | undefined,
): () => Instruments | undefined {
  let provider: MeterProvider | undefined;
  let instruments: Instruments | undefined;
  return () => {
    const now = given ?? api.metrics.getMeterProvider();
    if (now !== provider) {
      provider = now;
      instruments = isNoop(api, now) ? undefined : new Instruments(now);
    }
    return instruments;
  };
}

/** Whether this is the API's own meter provider. That provider records nothing and always returns the same instrument. */
const isNoop = (api: Api, provider: MeterProvider): boolean =>
  provider.getMeter(SCOPE).createCounter('noop') === api.createNoopMeter().createCounter('noop');
