import type { OpenTracer, TracerSubject } from './contract.js';

/** One test case of the suite. */
export interface TracerCase {
  readonly title: string;
  /** `records`: only for a tracer that records. `broken`: with a vendor that throws. Default: for every tracer. */
  readonly needs?: 'records' | 'broken';
  /** It passes values to the tracer that no type allows, and some of these may be lost. */
  readonly isLossy?: boolean;
  readonly act: (open: OpenTracer, subject: TracerSubject) => Promise<void>;
}

type Act = TracerCase['act'];

/** A case for every tracer. */
export const always = (title: string, act: Act): TracerCase => ({ title, act });

/** A case for every tracer in which some values may be lost. */
export const lossy = (title: string, act: Act): TracerCase => ({ title, act, isLossy: true });

/** A case about what was recorded. */
export const recorded = (title: string, act: Act): TracerCase => ({
  title,
  act,
  needs: 'records',
});

/** A case with a vendor that throws, so that nothing is recorded. */
export const broken = (title: string, act: Act): TracerCase => ({ title, act, needs: 'broken' });
