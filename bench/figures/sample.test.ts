import { describe, expect, it } from '@jest/globals';
import type { Report } from '../worker/report.js';
import { sampleOf, startSampleOf } from './sample.js';

const report = (parts: Partial<Report> = {}): Report => ({
  kind: 'report',
  begunAt: 1_000,
  endedAt: 3_000,
  cpuMicros: 50_000,
  cpuMicrosBefore: 400_000,
  handled: 1_000,
  sqsRequests: 200,
  peakMb: 80,
  idleMicros: 0,
  ...parts,
});

describe('sampleOf', () => {
  it('gives messages a second, and the rest a message', () => {
    expect(sampleOf([report()], 1_000, { sqs: 'counted' })).toEqual({
      sample: { perSecond: 500, cpuMicros: 50, requestsPerMessage: 0.2, peakMb: 80 },
    });
  });

  it('counts no requests where there is no SQS', () => {
    expect(sampleOf([report()], 1_000, { sqs: 'absent' })).toMatchObject({
      sample: { requestsPerMessage: null },
    });
  });

  it('takes off what the process would have used idle', () => {
    expect(sampleOf([report({ idleMicros: 5_000 })], 1_000, { sqs: 'absent' })).toMatchObject({
      sample: { cpuMicros: 40 },
    });
  });

  it('puts processes together, from the first message of any to the last of any', () => {
    const others = report({ begunAt: 2_000, endedAt: 5_000, cpuMicros: 30_000, peakMb: 90 });

    expect(sampleOf([report(), others], 2_000, { sqs: 'counted' })).toEqual({
      sample: { perSecond: 500, cpuMicros: 40, requestsPerMessage: 0.2, peakMb: 90 },
    });
  });

  it.each([999, 1_001])('gives no figure where %d of 1000 were handled', (handled) => {
    expect(sampleOf([report({ handled })], 1_000, { sqs: 'counted' })).toEqual({
      problem: `handled ${handled} of 1000 messages`,
    });
  });
});

describe('startSampleOf', () => {
  it('counts from the spawn to the first message', () => {
    const first = report({ endedAt: 1_500, handled: 1 });

    expect(startSampleOf(first, 1_000, { messages: 1 })).toEqual({
      sample: { perSecond: 2, cpuMicros: 450_000, requestsPerMessage: null, peakMb: 80 },
    });
  });
});
