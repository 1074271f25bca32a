import { setTimeout as pause } from 'node:timers/promises';
import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';
import { reasonOf } from '#base';
import { type Delivery, type Publisher } from 'throughline';
import { jobSchema, type Job } from './job.js';
import type { SendReport } from './reports.js';
import type { WorkerSettings } from './worker-settings.js';

/** Runs a job as a handler of the suite does, and reports it to the harness. */
export class Work {
  readonly #publish: (job: Job, publisher: Publisher) => Promise<unknown>;

  constructor(
    private readonly settings: WorkerSettings,
    private readonly sendReport: SendReport,
  ) {
    this.#publish = publishingAs(settings);
  }

  /** Resolves once the harness knows of the effect; rejects where the job is to fail. */
  async run(job: Job, delivery: Delivery<Job>, publisher: Publisher): Promise<void> {
    const { id } = job;
    const { attempt, signal } = delivery;
    const onAbort = (): void => {
      void this.sendReport({ kind: 'aborted', id, attempt, reason: reasonOf(signal.reason) });
    };
    signal.addEventListener('abort', onAbort, { once: true });
    await this.sendReport({ kind: 'began', id, attempt });
    try {
      await pause(job.work, undefined, this.settings.stopsOnAbort ? { signal } : {});
      if (attempt <= job.failures) throw new Error(`job ${id} fails, as it should`);
      await this.#publish(job, publisher);
    } catch (error) {
      await this.sendReport({ kind: 'failed', id, attempt });
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    await this.sendReport({ kind: 'ended', id, attempt });
  }
}

function publishingAs({
  publish,
}: WorkerSettings): (job: Job, publisher: Publisher) => Promise<unknown> {
  if (publish === undefined) return () => Promise.resolve();
  const options = { schema: jobSchema, key: ({ key }: Job) => key };
  const channel =
    publish.kind === 'topic' ? topic(publish.to, options) : queue(publish.to, options);
  const headers = Object.fromEntries(
    Array.from({ length: publish.headers }, (_, index) => [`header-${index}`, String(index)]),
  );
  return (job, publisher) => publisher.publish(channel, job, { headers });
}
