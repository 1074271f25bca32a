import { z } from 'zod';

/** The report of the slow sink, after a quarter of its messages and at the end. */
export const sinkReportSchema = z.object({
  done: z.number(),
  /** Messages that were not the next of their key. */
  repeatedOrSkipped: z.number(),
  /** After a forced collection. */
  heapBytes: z.number(),
});

export type SinkReport = z.infer<typeof sinkReportSchema>;
