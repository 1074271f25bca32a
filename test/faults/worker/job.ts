import { z } from 'zod';

/** The payload of the suite's messages. It says how its handler behaves. */
export const jobSchema = z.object({
  /** Unique within its row. */
  id: z.string(),
  key: z.string(),
  /** Its position within its key. */
  seq: z.number(),
  /** How long the handler takes, in milliseconds. */
  work: z.number(),
  /** How many of its runs fail. */
  failures: z.number(),
});

export type Job = z.infer<typeof jobSchema>;

/** Fails however often it runs. */
export const ALWAYS = 1_000_000;

/** The jobs to create. */
export interface JobPlan {
  readonly count: number;
  readonly keys: number;
  /** Milliseconds. Default: 0. */
  readonly work?: number;
  /** The prefix of ids and keys, where a row sends more than once. */
  readonly name?: string;
}

/** Jobs that take turns among their keys, each in its key's order. */
export function jobs({ count, keys, work = 0, name = '' }: JobPlan): readonly Job[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${name}${index}`,
    key: `${name}key-${index % keys}`,
    seq: Math.floor(index / keys),
    work,
    failures: 0,
  }));
}
