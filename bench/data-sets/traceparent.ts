import { randomBytes } from 'node:crypto';

/** 1: every trace is sampled upstream; 0.1: every tenth; 0: none. */
export type SampledShare = 1 | 0.1 | 0;

/** The context of a message: its own trace, sampled or not. */
export function traceparentOf(number: number, sampled: SampledShare): string {
  const isSampled = sampled > 0 && number % Math.round(1 / sampled) === 0;
  const ids = `${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}`;
  return `00-${ids}-${isSampled ? '01' : '00'}`;
}
