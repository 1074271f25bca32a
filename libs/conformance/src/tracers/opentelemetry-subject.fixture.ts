import { opentelemetry } from 'throughline/opentelemetry';
import type { TraceIds } from 'throughline/tracing';
import type { OpenTracer, TracedSpan } from './contract.js';

/** What the suite reads of a span of the SDK; only tests may import the SDK. */
interface FinishedSpan {
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code: number };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly context: TraceIds }[];
  readonly parentSpanContext?: TraceIds | undefined;
  spanContext(): TraceIds;
}

/** The real SDK, registered and storing its spans. */
export interface RunningSdk {
  readonly finished: () => readonly FinishedSpan[];
  readonly stop: () => Promise<void>;
}

/** `StatusCode.ERROR` of the API. */
const ERROR = 2;

const KINDS: ReadonlyMap<unknown, TracedSpan['kind']> = new Map([
  ['process', 'process'],
  ['receive', 'batch'],
  ['send', 'send'],
]);

const OURS = 'throughline.';

const labelsOf = ({ attributes }: FinishedSpan): TracedSpan['labels'] =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      name.startsWith(OURS) && (typeof value === 'string' || typeof value === 'number')
        ? [[name.slice(OURS.length), value]]
        : [],
    ),
  );

const idsOf = ({ traceId, spanId }: TraceIds): TraceIds => ({ traceId, spanId });

const spanOf = (span: FinishedSpan): TracedSpan => ({
  ...idsOf(span.spanContext()),
  name: span.name,
  parentId: span.parentSpanContext?.spanId,
  links: span.links.map(({ context }) => idsOf(context)),
  kind: KINDS.get(span.attributes['messaging.operation.type']) ?? 'other',
  failed: span.status.code === ERROR,
  labels: labelsOf(span),
});

export const openOpenTelemetry = ({ finished, stop }: RunningSdk): OpenTracer => ({
  tracer: opentelemetry({ warn: () => undefined }),
  spans: () => Promise.resolve(finished().map(spanOf)),
  close: stop,
});

/** A provider that throws. */
export function openBrokenOpenTelemetry(): Pick<OpenTracer, 'tracer' | 'close'> {
  const broken = {
    getTracer: () => {
      throw new Error('a broken provider');
    },
  };
  return {
    tracer: opentelemetry({ tracerProvider: broken, warn: () => undefined }),
    close: () => Promise.resolve(),
  };
}
