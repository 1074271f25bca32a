import * as api from '@opentelemetry/api';
import apm from 'elastic-apm-node';
import { of } from 'rxjs';
import { elastic, elasticDefaults, ElasticRouteInterceptor } from 'throughline/elastic';
import { opentelemetry, OpenTelemetryRouteInterceptor } from 'throughline/opentelemetry';
import { drawTree, startRecorder, type Trace } from 'throughline/recorder';
import { startEmbeddedSqs } from 'throughline/testing';
import { none, traced, TracingInterceptor } from 'throughline/tracing';
import type { Row } from './row.js';
import { NOT } from './wrong-values.js';

const { trace, metrics } = api;
const warn = (): void => undefined;
const TRACERS = { warn: NOT.fn, unsampled: NOT.choice };
const emptyTrace = { traceId: '0', transactions: [], spans: [], errors: [] } as unknown as Trace;
const client = { emit: () => of(1), send: () => of(1) };

async function recordWith(options: never): Promise<void> {
  const recorder = await startRecorder(options);
  await recorder.close();
}

async function waitWith(options: never): Promise<void> {
  await using recorder = await startRecorder();
  await recorder.waitFor(() => true, options);
}

async function embedWith(options: never): Promise<void> {
  const embedded = await startEmbeddedSqs(options);
  await embedded.stop();
}

export const tracerRows: readonly Row[] = [
  {
    of: 'elastic()',
    types: ['ElasticOptions'],
    call: (options) => elastic(options),
    valid: { agent: apm, warn, unsampled: 'full' },
    wrong: { agent: NOT.object, ...TRACERS },
  },
  {
    of: 'ElasticRouteInterceptor',
    types: ['ElasticOptions'],
    call: (options) => new ElasticRouteInterceptor(options),
    valid: { agent: apm, warn, unsampled: 'full' },
    wrong: { agent: NOT.object, ...TRACERS },
  },
  {
    of: 'elasticDefaults()',
    types: ['ElasticLoad'],
    call: (options) => elasticDefaults(options),
    valid: { eventsPerSecond: 1 },
    wrong: { eventsPerSecond: NOT.integer },
  },
  {
    of: 'opentelemetry()',
    types: ['OpenTelemetryOptions'],
    call: (options) => opentelemetry(options),
    valid: {
      tracerProvider: trace.getTracerProvider(),
      meterProvider: metrics.getMeterProvider(),
      settle: 'all',
      unsampled: 'full',
      warn,
      api,
    },
    wrong: {
      tracerProvider: NOT.instance,
      meterProvider: NOT.instance,
      settle: NOT.choice,
      api: NOT.object,
      ...TRACERS,
    },
  },
  {
    of: 'OpenTelemetryRouteInterceptor',
    types: ['RouteOptions'],
    call: (options) => new OpenTelemetryRouteInterceptor(options),
    valid: { tracerProvider: trace.getTracerProvider(), warn, api },
    wrong: { tracerProvider: NOT.instance, warn: NOT.fn, api: NOT.object },
  },
  {
    of: 'TracingInterceptor',
    call: ({ tracer }: { readonly tracer: never }) => new TracingInterceptor(tracer),
    valid: { tracer: none() },
    wrong: { tracer: [undefined, ...NOT.instance] },
    takesParameters: true,
  },
  {
    of: 'traced()',
    types: ['TracedTo'],
    call: (to) => traced(client, none(), to),
    valid: {
      system: 'nats',
      destination: 'orders',
      address: 'localhost',
      port: 4222,
      headers: () => new Map(),
    },
    wrong: {
      system: NOT.choice,
      destination: NOT.text,
      address: NOT.text,
      port: NOT.port,
      headers: NOT.fn,
    },
  },
  {
    of: 'traced() and its tracer',
    call: ({ tracer }: { readonly tracer: never }) => traced(client, tracer, { system: 'kafka' }),
    valid: { tracer: none() },
    wrong: { tracer: [undefined, ...NOT.instance] },
    takesParameters: true,
  },
  {
    of: 'startRecorder()',
    types: ['RecorderOptions'],
    call: recordWith,
    valid: { port: 0 },
    wrong: { port: NOT.port },
  },
  {
    of: 'Recorder.waitFor()',
    types: ['WaitOptions'],
    call: waitWith,
    valid: { signal: new AbortController().signal },
    wrong: { signal: NOT.instance },
  },
  {
    of: 'drawTree()',
    types: ['DrawOptions'],
    call: (options) => drawTree(emptyTrace, options),
    valid: { width: 80, color: false, title: 'ORD-1' },
    wrong: { width: NOT.position, color: NOT.flag, title: NOT.text },
  },
  {
    of: 'startEmbeddedSqs()',
    types: ['EmbeddedSqsOptions'],
    call: embedWith,
    valid: { port: 0 },
    wrong: { port: NOT.port },
  },
];
