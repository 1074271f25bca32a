import type { Report } from '../worker/report.js';
import type { Task } from '../worker/task.js';

/** The figures of one candidate in one round. */
export interface Sample {
  readonly perSecond: number;
  /** CPU time per message, in microseconds. */
  readonly cpuMicros: number;
  /** Requests to SQS per message. `null` without SQS. */
  readonly requestsPerMessage: number | null;
  readonly peakMb: number;
}

/** The outcome of a round: either figures or a problem. */
export type Outcome = { readonly sample: Sample } | { readonly problem: string };

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

/**
 * The figures of all processes of a candidate. If the idle cost of a process was measured, it is subtracted from the CPU time.
 *
 * @param messages the expected number of handled messages
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

/** The figures of a start: how many starts per second would be possible, one after another, and the cost of each. */
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
