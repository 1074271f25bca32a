import type { Tracer } from 'throughline/tracing';
import type { Task } from '../../worker/task.js';

/** The task's tracer. Each loads only its own packages. */
export async function tracerOf({ tracer }: Pick<Task, 'tracer'>): Promise<Tracer> {
  switch (tracer) {
    case 'none':
      return (await import('throughline/tracing')).none();
    case 'elastic':
      return (await import('throughline/elastic')).elastic();
    case 'elastic, non-recording':
      return (await import('throughline/elastic')).elastic({ unsampled: 'non-recording' });
    case 'opentelemetry':
      return (await import('./tracer-opentelemetry.js')).tracerOnSdk({ unsampled: 'full' });
    case 'opentelemetry, non-recording':
      return (await import('./tracer-opentelemetry.js')).tracerOnSdk({
        unsampled: 'non-recording',
      });
  }
}
