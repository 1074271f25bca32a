import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  anyJson,
  channelOf,
  type AnyChannel,
  type ChannelSystem,
  type Settlement,
  type Source,
  type SourceFeatures,
} from 'throughline/transport';

/** The system of {@link testChannel}. */
export const TEST_SYSTEM: ChannelSystem = {
  name: 'test',
  setup: 'test()',
  sharing: 'Give each handler a channel of its own.',
  handlerOptions: {},
  sharedOptions: [],
};

/** A channel of a transport that exists only in tests. */
export const testChannel = (name = 'orders', schema: StandardSchemaV1 = anyJson): AnyChannel =>
  channelOf({ system: TEST_SYSTEM, kind: 'test' }, name, { schema });

/** The features of {@link testSource}: failed messages wait in their lane, and each is settled at once. */
export const TEST_FEATURES: SourceFeatures = {
  retry: 'lane',
  ahead: { max: 10, resume: 0 },
  settle: { size: 1, within: 0 },
};

/** The parts of a source that a test replaces. */
interface SourceParts extends Partial<Omit<Source, 'features'>> {
  readonly features?: Partial<SourceFeatures>;
}

const resolved = (): Promise<void> => Promise.resolve();

/** A source that delivers nothing and reports nothing, except for the parts of a test. */
export const testSource = ({ features, ...parts }: SourceParts = {}): Source => ({
  features: { ...TEST_FEATURES, ...features },
  start: resolved,
  settle: () => undefined,
  countFailure: () => undefined,
  stopReceiving: resolved,
  stop: resolved,
  inspect: () => Promise.resolve({ isConnected: true, assigned: [], lag: new Map() }),
  ...parts,
});

/** Formats settlements as text: `message-1 ack`. */
export const settledTexts = (entries: readonly Settlement[]): readonly string[] =>
  entries.map(({ inbound, outcome }) => `${inbound.id} ${outcome.kind}`);
