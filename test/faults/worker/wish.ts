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
  /** AWS credentials can be had only while there is this file. */
  credentials: z.string().optional(),
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
  /** Does each job once, by marks in this Redis. */
  idempotent: z
    .object({ redis: z.string(), lease: duration, onUnavailable: z.enum(['process', 'retry']) })
    .optional(),
  /** Takes batches instead of single messages. */
  batch: z.object({ size: z.number(), within: duration }).optional(),
  /** Where the handler publishes each job to, and with how many headers. */
  publish: z
    .object({ kind: z.enum(['topic', 'queue']), to: z.string(), headers: z.number() })
    .optional(),
});

export type Wish = z.infer<typeof wishSchema>;

/** Under this name the wish is in the worker's environment, as JSON. */
export const WISH = 'FAULTS_WISH';
