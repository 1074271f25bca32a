import { setTimeout as pause } from 'node:timers/promises';
import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';
import { reasonOf } from '#base';
import { type Delivery, type Publisher } from 'throughline';
import { jobSchema, type Job } from './job.js';
import type { Tell } from './reports.js';
import type { Wish } from './wish.js';

/** What a handler of the suite does with a job, and what it tells the harness of it. */
export class Work {
  readonly #publish: (job: Job, publisher: Publisher) => Promise<unknown>;

  constructor(
    private readonly wish: Wish,
    private readonly tell: Tell,
  ) {
    this.#publish = publishingAs(wish);
  }

  /** Resolves once the harness knows of the effect; rejects where the job is to fail. */
  async run(job: Job, delivery: Delivery<Job>, publisher: Publisher): Promise<void> {
    const { id } = job;
    const { attempt, signal } = delivery;
    const onAbort = (): void => {
      void this.tell({ kind: 'aborted', id, attempt, reason: reasonOf(signal.reason) });
    };
    signal.addEventListener('abort', onAbort, { once: true });
    await this.tell({ kind: 'began', id, attempt });
    try {
      await pause(job.work, undefined, this.wish.obeys ? { signal } : {});
      if (attempt <= job.failures) throw new Error(`job ${id} fails, as it was told to`);
      await this.#publish(job, publisher);
    } catch (error) {
      await this.tell({ kind: 'failed', id, attempt });
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    await this.tell({ kind: 'ended', id, attempt });
  }
}

function publishingAs({ publish }: Wish): (job: Job, publisher: Publisher) => Promise<unknown> {
  if (publish === undefined) return () => Promise.resolve();
  const options = { schema: jobSchema, key: ({ key }: Job) => key };
  const channel =
    publish.kind === 'topic' ? topic(publish.to, options) : queue(publish.to, options);
  const headers = Object.fromEntries(
    Array.from({ length: publish.headers }, (_, index) => [`header-${index}`, String(index)]),
  );
  return (job, publisher) => publisher.publish(channel, job, { headers });
}
