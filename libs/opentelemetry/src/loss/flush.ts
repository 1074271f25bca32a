import { endsBefore } from '#base';
import type { SdkAccess } from '../sdk/access.js';
import { forceFlush, type SpanBuffer } from '../sdk/internals.js';
import type { OpenTelemetryOptions } from '../settings/options.js';

/** The providers to flush. By default, the registered ones are flushed. */
export type Providers = Pick<OpenTelemetryOptions, 'tracerProvider' | 'meterProvider'>;

/**
 * Flushes a span processor. If that fails, reports the failure without a number of lost spans, because spans that an exporter
 * rejects are already counted.
 */
async function flushBuffer({ losses }: SdkAccess, buffer: SpanBuffer): Promise<void> {
  try {
    await buffer.flush();
  } catch (reason) {
    losses.refused(reason);
  }
}

async function flushAll(access: SdkAccess, providers: Providers): Promise<void> {
  const { api, guard, losses } = access;
  const buffers = guard.attempt(() => losses.buffers) ?? [];
  const spans = (): Promise<void> =>
    forceFlush(providers.tracerProvider ?? api.trace.getTracerProvider());
  const metrics = (): Promise<void> =>
    forceFlush(providers.meterProvider ?? api.metrics.getMeterProvider());
  await Promise.all([
    ...(buffers.length > 0
      ? buffers.map((buffer) => flushBuffer(access, buffer))
      : [guard.attemptAsync(spans)]),
    guard.attemptAsync(metrics),
  ]);
}

/**
 * Sends the remaining spans and metrics of the SDK, and gives up at the deadline. Keeps the process alive while it waits, because
 * the SDK's own timers do not do that for every exporter.
 */
export async function flush(
  access: SdkAccess,
  deadline: AbortSignal,
  providers: Providers,
): Promise<{ readonly lost: number }> {
  const { guard, losses } = access;
  if (!(await endsBefore(deadline, flushAll(access, providers))))
    guard.warnOnce(
      'late',
      () => 'OpenTelemetry did not send all spans before the flush deadline. Traces may have gaps.',
    );
  guard.attempt(() => losses.look());
  return { lost: losses.lost };
}
