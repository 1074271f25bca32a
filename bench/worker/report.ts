import { z } from 'zod';

/** What a process tells the bench. */
export const messageSchema = z.discriminatedUnion('kind', [
  /** It is at work. */
  z.object({ kind: z.literal('started') }),
  /** So many messages were handled by now; only where it has to be told when it is over. */
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
