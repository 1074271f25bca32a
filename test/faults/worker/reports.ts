import { z } from 'zod';

const ofRun = { id: z.string(), attempt: z.number() };

/** What a worker reports to the harness. It sends each report before the event can have consequences. */
export const reportSchema = z.discriminatedUnion('kind', [
  /** The application has started. */
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('began'), ...ofRun }),
  /** The effect: the handler has completed its work. */
  z.object({ kind: z.literal('ended'), ...ofRun }),
  z.object({ kind: z.literal('failed'), ...ofRun }),
  /** The idempotency store knows that the message is done. */
  z.object({ kind: z.literal('completed'), id: z.string() }),
  /** The delivery's signal has aborted. */
  z.object({ kind: z.literal('aborted'), ...ofRun, reason: z.string() }),
  /** Kafka: these have effects that the broker knows of. */
  z.object({ kind: z.literal('settled'), ids: z.array(z.string()) }),
  /** Kafka: the partitions of this member from now on. */
  z.object({ kind: z.literal('assigned'), partitions: z.array(z.number()) }),
  /** Kafka: the partitions are revoked, after a last commit. */
  z.object({ kind: z.literal('revoked') }),
  z.object({ kind: z.literal('lost') }),
  /** The subjects of all problems that health knows of, after a change. */
  z.object({ kind: z.literal('troubles'), who: z.array(z.string()) }),
  /** Kafka: the broker has accepted this offset. `wasOurs`: the member had the partition when it asked. */
  z.object({
    kind: z.literal('committed'),
    partition: z.number(),
    offset: z.number(),
    wasOurs: z.boolean(),
  }),
]);

export type Report = z.infer<typeof reportSchema>;

/** Resolves once the report is on its way to the harness, where a SIGKILL of this process cannot undo it. */
export type SendReport = (report: Report) => Promise<void>;
