import type { SubjectApi, TransportFeatures } from './contract.js';
import type { Fixture } from './fixture/fixture.js';

/** Which transports a test case is for, and the channel it needs. */
export interface CaseOptions {
  /** Default: every transport. */
  readonly needs?: (features: TransportFeatures, api: SubjectApi) => boolean;
  /** Default: what the transport's subject creates. */
  readonly partitions?: number;
}

/** One test of the suite. */
export interface TestCase extends CaseOptions {
  readonly title: string;
  readonly run: (fixture: Fixture) => Promise<void>;
}

export const testCase = (
  title: string,
  run: TestCase['run'],
  options: CaseOptions = {},
): TestCase => ({ title, run, ...options });
