import type { SqsInbound } from '../messages/inbound-message.js';
import { anInbound } from '../messages/inbound-message.fixture.js';
import { fakeClient, suppress, type Asked } from '../client/fake-client.fixture.js';
import { fakeHealth } from '../queues/fake-health.fixture.js';
import { Holds } from './visibility-heartbeat.js';
import { queueWatches } from '../queues/queue-watches.js';
import { Settlements } from './settlements.js';

/** Settlements of messages of the queue "orders" that are held for 30 s. */
export function aStage(answer?: (asked: Asked) => unknown): {
  readonly asked: readonly Asked[];
  readonly holds: Holds;
  readonly settlements: Settlements;
  readonly hold: (...ids: string[]) => readonly SqsInbound[];
  readonly troubles: ReadonlyMap<string, string>;
} {
  const { client, asked } = fakeClient(answer);
  const { health, troubles } = fakeHealth();
  const watches = queueWatches(health, 'orders');
  const watch = watches.visibility;
  const holds = new Holds({ client, url: 'url', visibility: 30_000, watch, suppress });
  const settlements = new Settlements({ client, url: 'url', holds, watches, suppress });
  const hold = (...ids: string[]): readonly SqsInbound[] => {
    const inbounds = ids.map((id) => anInbound(id));
    holds.take(inbounds);
    return inbounds;
  };
  return { asked, holds, settlements, hold, troubles };
}

export const idsOf = (entries: unknown): readonly unknown[] =>
  (entries as readonly { ReceiptHandle: string }[]).map(({ ReceiptHandle }) => ReceiptHandle);
