import type { Report } from '../worker/report.js';
import type { Task } from '../worker/task.js';

/** What one round of one contender gave. */
export interface Sample {
  readonly perSecond: number;
  /** CPU time a message, in microseconds. */
  readonly cpuMicros: number;
  /** Requests to SQS a message; `null` where there is no SQS. */
  readonly requestsPerMessage: number | null;
  readonly peakMb: number;
}

/** A round's outcome: figures, or what went wrong, and never both. */
export type Outcome = { readonly sample: Sample } | { readonly problem: string };

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

/**
 * The figures of a contender's processes, together. Where the process was watched idle, what it would have used anyway is taken
 * off its CPU time.
 *
 * @param messages how many were to be handled
 */
export function sampleOf(
  reports: readonly Report[],
  messages: number,
  { sqs }: { readonly sqs: 'counted' | 'absent' },
): Outcome {
  const handled = sum(reports.map((report) => report.handled));
  if (handled !== messages) return { problem: `handled ${handled} of ${messages} messages` };
  const begunAt = Math.min(...reports.map((report) => report.begunAt));
  const seconds = (Math.max(...reports.map((report) => report.endedAt)) - begunAt) / 1_000;
  const idle = sum(reports.map(({ idleMicros }) => idleMicros)) * seconds;
  return {
    sample: {
      perSecond: messages / seconds,
      cpuMicros: (sum(reports.map(({ cpuMicros }) => cpuMicros)) - idle) / messages,
      requestsPerMessage:
        sqs === 'counted' ? sum(reports.map(({ sqsRequests }) => sqsRequests)) / messages : null,
      peakMb: Math.max(...reports.map(({ peakMb }) => peakMb)),
    },
  };
}

/** The figures of a start: how many starts a second there could be, one after another, and what each costs. */
export function startSampleOf(
  { endedAt, cpuMicros, cpuMicrosBefore, peakMb, handled }: Report,
  spawnedAt: number,
  { messages }: { readonly messages: Task['messages'] },
): Outcome {
  if (handled !== messages) return { problem: `handled ${handled} of ${messages} messages` };
  return {
    sample: {
      perSecond: 1_000 / (endedAt - spawnedAt),
      cpuMicros: cpuMicrosBefore + cpuMicros,
      requestsPerMessage: null,
      peakMb,
    },
  };
}
