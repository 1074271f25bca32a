import { z } from 'zod';

const duration = z.templateLiteral([z.number(), z.enum(['ms', 's', 'm', 'h'])]);

/** What the harness wants a worker process to be. */
export const wishSchema = z.object({
  /** `worker-1`: the process in the ledger. */
  name: z.string(),
  /** The consumer group. */
  group: z.string(),
  kind: z.enum(['kafka', 'sqs', 'fifo']),
  channel: z.string(),
  kafka: z.string(),
  sqs: z.string(),
  concurrency: z.number(),
  attempts: z.number(),
  backoff: z.object({ first: duration, longest: duration }),
  deadLetter: z.boolean(),
  timeout: duration,
  sessionTimeout: duration,
  shutdownTimeout: duration,
  /** Whether a handler ends at once when its delivery's signal aborts. */
  obeys: z.boolean(),
  tracer: z.enum(['none', 'elastic']),
  /** A topic that the handler publishes each job to. */
  publishTo: z.string().optional(),
});

export type Wish = z.infer<typeof wishSchema>;

/** Under this name the wish is in the worker's environment, as JSON. */
export const WISH = 'FAULTS_WISH';
