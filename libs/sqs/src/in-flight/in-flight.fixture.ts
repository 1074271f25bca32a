import { fakeClient, suppress, type Asked } from '../client/fake-client.fixture.js';
import { anInbound } from '../messages/inbound-message.fixture.js';
import type { SqsInbound } from '../messages/inbound-message.js';
import { fakeHealth } from '../queues/fake-health.fixture.js';
import { queueWatches } from '../queues/queue-watches.js';
import { Settlements } from './settlements.js';
import { VisibilityHeartbeat } from './visibility-heartbeat.js';

/** Heartbeat and settlements of messages that are hidden for 30 s. The fake SQS answers as the test says. */
export function inFlight(answer?: (asked: Asked) => unknown): {
  readonly asked: readonly Asked[];
  readonly heartbeat: VisibilityHeartbeat;
  readonly settlements: Settlements;
  readonly receive: (...ids: string[]) => readonly SqsInbound[];
  readonly troubles: ReadonlyMap<string, string>;
} {
  const { client, asked } = fakeClient(answer);
  const { health, troubles } = fakeHealth();
  const watches = queueWatches(health, '"orders"');
  const heartbeat = new VisibilityHeartbeat({
    client,
    url: 'url',
    visibility: 30_000,
    watch: watches.visibility,
    suppress,
  });
  const settlements = new Settlements({ client, url: 'url', heartbeat, watches, suppress });
  const receive = (...ids: string[]): readonly SqsInbound[] => {
    const inbounds = ids.map((id) => anInbound(id));
    heartbeat.add(inbounds);
    return inbounds;
  };
  return { asked, heartbeat, settlements, receive, troubles };
}

export const receiptsOf = (entries: unknown): readonly unknown[] =>
  (entries as readonly { ReceiptHandle: string }[]).map(({ ReceiptHandle }) => ReceiptHandle);
