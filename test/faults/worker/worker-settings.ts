import { z } from 'zod';

const duration = z.templateLiteral([z.number(), z.enum(['ms', 's', 'm', 'h'])]);

/** The settings of a worker process. */
export const workerSettingsSchema = z.object({
  /** The process' name in the ledger, such as `worker-1`. */
  name: z.string(),
  /** The consumer group. */
  group: z.string(),
  target: z.enum(['kafka', 'platformatic', 'sqs', 'fifo']),
  channel: z.string(),
  /** A second channel, which has a handler of its own. */
  otherChannel: z.string().optional(),
  kafka: z.string(),
  sqs: z.string(),
  /** AWS credentials are available only while this file exists. */
  credentials: z.string().optional(),
  concurrency: z.number(),
  attempts: z.number(),
  backoff: z.object({ first: duration, longest: duration }),
  deadLetter: z.boolean(),
  timeout: duration,
  sessionTimeout: duration,
  /** For the target `platformatic`: the name of a static member. */
  instanceId: z.string().optional(),
  shutdownTimeout: duration,
  /** Whether a handler ends immediately when its delivery's signal aborts. */
  stopsOnAbort: z.boolean(),
  tracer: z.enum(['none', 'elastic']),
  /** Handlers are idempotent, with entries in this Redis. */
  idempotent: z
    .object({ redis: z.string(), lease: duration, onUnavailable: z.enum(['process', 'retry']) })
    .optional(),
  /** Takes batches instead of single messages. */
  batch: z.object({ size: z.number(), within: duration }).optional(),
  /** The channel that the handler publishes each job to, and the number of headers. */
  publish: z
    .object({ kind: z.enum(['topic', 'queue']), to: z.string(), headers: z.number() })
    .optional(),
});

export type WorkerSettings = z.infer<typeof workerSettingsSchema>;

/** The worker's environment variable that has its settings, as JSON. */
export const WORKER_SETTINGS = 'FAULTS_WORKER_SETTINGS';
