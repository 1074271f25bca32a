import { z } from 'zod';

/** The messages of a process to the bench. */
export const messageSchema = z.discriminatedUnion('kind', [
  /** It is at work. */
  z.object({ kind: z.literal('started') }),
  /** How many messages have been handled so far. Sent only if the number of messages is unknown. */
  z.object({ kind: z.literal('progress'), handled: z.number() }),
  z.object({
    kind: z.literal('report'),
    begunAt: z.number(),
    endedAt: z.number(),
    cpuMicros: z.number(),
    cpuMicrosBefore: z.number(),
    handled: z.number(),
    sqsRequests: z.number(),
    peakMb: z.number(),
    /** CPU time a second of the idle process, in microseconds; 0 where that was not asked for. */
    idleMicros: z.number(),
  }),
]);

export type WorkerMessage = z.output<typeof messageSchema>;
export type Report = Extract<WorkerMessage, { readonly kind: 'report' }>;
