import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Sink } from 'throughline/transport';
import type { SqsInbound } from '../messages/inbound-message.js';
import { clientsOf, suppress } from '../client/fake-client.fixture.js';
import { fakeHealth } from '../queues/fake-health.fixture.js';
import { Queues } from '../queues/queues.js';
import { SqsSource, type SqsSourceParts } from './source.js';

/** A source of the queue "orders", unless the test names another. */
export function sqsSource({
  client,
  configured = {},
  ...parts
}: Partial<SqsSourceParts> & {
  readonly client: SQSClient;
  readonly configured?: Readonly<Record<string, string>>;
}): SqsSource {
  const { channel = 'orders' } = parts;
  return new SqsSource({
    queues: new Queues({ clients: clientsOf(client), configured, createMissing: false, suppress }),
    channel,
    label: `"${configured[channel] ?? channel}"`,
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
