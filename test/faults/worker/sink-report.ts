import { z } from 'zod';

/** What the slow sink tells at a quarter of its messages and at the end. */
export const sinkReportSchema = z.object({
  done: z.number(),
  /** Messages that were not the next of their key. */
  repeatedOrSkipped: z.number(),
  /** After a forced collection. */
  heapBytes: z.number(),
});

export type SinkReport = z.infer<typeof sinkReportSchema>;
