import { forceFlush, type SpanQueue } from '../sdk/internals.js';
import type { OpenTelemetryOptions } from '../settings/options.js';
import type { Setting } from '../sdk/access.js';

/** What may have been given instead of what is registered. */
export type Providers = Pick<OpenTelemetryOptions, 'tracerProvider' | 'meterProvider'>;

const LATE = 'late';

const aborted = (deadline: AbortSignal): Promise<typeof LATE> =>
  new Promise((resolve) => {
    if (deadline.aborted) resolve(LATE);
    deadline.addEventListener('abort', () => resolve(LATE), { once: true });
  });

/** What an exporter refuses has been counted; what cannot be waited for is told. */
async function flushQueue({ losses }: Setting, queue: SpanQueue): Promise<void> {
  try {
    await queue.flush();
  } catch (reason) {
    losses.refused(reason);
  }
}

async function flushAll(setting: Setting, providers: Providers): Promise<void> {
  const { api, guard, losses } = setting;
  const queues = guard.attempt(() => losses.queues) ?? [];
  const spans = (): Promise<void> =>
    forceFlush(providers.tracerProvider ?? api.trace.getTracerProvider());
  const metrics = (): Promise<void> =>
    forceFlush(providers.meterProvider ?? api.metrics.getMeterProvider());
  await Promise.all([
    ...(queues.length > 0
      ? queues.map((queue) => flushQueue(setting, queue))
      : [guard.attemptAsync(spans)]),
    guard.attemptAsync(metrics),
  ]);
}

/**
 * Sends out what the SDK has, spans and metrics, at the latest until the deadline. A timer holds the process meanwhile: the
 * SDK's own are not enough for every exporter.
 */
export async function flush(
  setting: Setting,
  deadline: AbortSignal,
  providers: Providers,
): Promise<{ readonly lost: number }> {
  const { guard, losses } = setting;
  const hold = setInterval(() => undefined, 1_000);
  try {
    const ended = await Promise.race([flushAll(setting, providers), aborted(deadline)]);
    if (ended === LATE)
      guard.once('late', () => 'OpenTelemetry could not send out everything in the time it had.');
  } finally {
    clearInterval(hold);
  }
  guard.attempt(() => losses.look());
  return { lost: losses.lost };
}
