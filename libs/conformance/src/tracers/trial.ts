import type { OpenTracer, TracerSubject } from './contract.js';

/** One test of the suite. */
export interface TracerTrial {
  readonly title: string;
  /** `records`: only of a tracer that does. `broken`: over a vendor that throws. Default: of every tracer. */
  readonly needs?: 'records' | 'broken';
  /** It tells the tracer what no type allows: some of that may be lost. */
  readonly isLossy?: boolean;
  readonly act: (open: OpenTracer, subject: TracerSubject) => Promise<void>;
}

type Act = TracerTrial['act'];

/** A test that every tracer passes. */
export const always = (title: string, act: Act): TracerTrial => ({ title, act });

/** The same where not everything arrives. */
export const lossy = (title: string, act: Act): TracerTrial => ({ title, act, isLossy: true });

/** A test of what was recorded. */
export const recorded = (title: string, act: Act): TracerTrial => ({
  title,
  act,
  needs: 'records',
});

/** A test over a vendor that throws; nothing of it is recorded. */
export const broken = (title: string, act: Act): TracerTrial => ({ title, act, needs: 'broken' });
