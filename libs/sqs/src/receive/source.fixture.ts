import type { Sink } from 'throughline/transport';
import type { SqsInbound } from '../messages/inbound-message.js';
import { suppress } from '../client/fake-client.fixture.js';
import { fakeHealth } from '../queues/fake-health.fixture.js';
import { Queues } from '../queues/queues.js';
import { SqsSource, type SqsSourceParts } from './source.js';

/** A source of the queue "orders", unless the test names another. */
export function sqsSource({
  configured = {},
  ...parts
}: Pick<SqsSourceParts, 'client'> &
  Partial<SqsSourceParts> & {
    readonly configured?: Readonly<Record<string, string>>;
  }): SqsSource {
  const { client, channel = 'orders' } = parts;
  return new SqsSource({
    queues: new Queues({ client, configured, createMissing: false, suppress }),
    channel,
    endpoint: { system: 'sqs', destination: configured[channel] ?? channel },
    waitTime: 1_000,
    visibility: 30_000,
    suppress,
    health: fakeHealth().health,
    ...parts,
  });
}

/** A sink that always has capacity and passes messages to `deliver`. */
export const sinkTo = (
  deliver: (inbounds: readonly SqsInbound[]) => void = () => undefined,
): Sink<SqsInbound> => ({
  capacity: () => 10,
  onCapacity: () => undefined,
  deliver,
  drop: () => undefined,
  suspendStarts: () => Promise.resolve(),
  resumeStarts: () => undefined,
});
