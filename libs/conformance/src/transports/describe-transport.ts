import assert from 'node:assert/strict';
import type { OpenTransport, TransportSubject } from './contract.js';
import { globalFramework, type TestFramework } from '../framework.js';
import type { Play } from './play.js';
import { batchPlays } from './cases/batches.js';
import { blockedPlays } from './cases/blocked.js';
import { deadLetterPlays } from './cases/dead-letters.js';
import { deliveryPlays } from './cases/delivery.js';
import { earlierVersionPlays } from './cases/earlier-versions.js';
import { hostilePlays } from './cases/hostile.js';
import { oncePlays } from './cases/once.js';
import { orderOptionPlays } from './cases/order-options.js';
import { orderedBatchPlays } from './cases/ordered-batches.js';
import { outagePlays } from './cases/outages.js';
import { pendingPublishPlays } from './cases/pending-publishes.js';
import { publishingPlays } from './cases/publishing.js';
import { redrivingPlays } from './cases/redriving.js';
import { retryPlays } from './cases/retries.js';
import { routingPlays } from './cases/routing.js';
import { steeringPlays } from './cases/steering.js';
import { stoppingPlays } from './cases/stopping.js';
import { timePlays } from './cases/time.js';
import { tracePlays } from './cases/traces.js';
import { SharedLog } from './shared-log.js';
import { sideBySide } from './side-by-side.js';
import { Stage, type Theatre } from './stage.js';

/** Those that wait longest come first: all others fit beside them. */
const GROUPS: readonly (readonly [string, readonly Play[]])[] = [
  ['outages', outagePlays],
  ['time', timePlays],
  ['time, with a publish pending', pendingPublishPlays],
  ['whatever is sent, published or thrown', hostilePlays],
  ['delivery', deliveryPlays],
  ['orders that a handler may choose', orderOptionPlays],
  ['a key that is blocked', blockedPlays],
  ['retries', retryPlays],
  ['dead letters', deadLetterPlays],
  ['batches', batchPlays],
  ['batches in order', orderedBatchPlays],
  ['once', oncePlays],
  ['routing', routingPlays],
  ['redriving', redrivingPlays],
  ['steering', steeringPlays],
  ['stopping', stoppingPlays],
  ['publishing', publishingPlays],
  ['traces', tracePlays],
  ['earlier versions', earlierVersionPlays],
];

const PLAY_LIMIT = 90_000;
const OPEN_LIMIT = 60_000;

/**
 * The tests that every transport passes, over the public road only: small Nest applications, handlers, the publisher, health.
 * What a broker cannot do, its list of features leaves out. The plays run side by side, each on a channel of its own, so that the
 * suite takes little longer than its longest waits; the broker may be shared.
 *
 * @param subject `features`: what the broker can do. `open`: the broker seen from outside, and transports to it.
 * @param framework The test runner's words; default: its globals.
 * @example
 * describeTransport('SQS on ElasticMQ', { features, open: () => openElasticMq(address) });
 */
export function describeTransport(
  name: string,
  { features, open }: TransportSubject,
  framework: TestFramework = globalFramework(),
): void {
  const playable = (plays: readonly Play[]): readonly Play[] =>
    plays.filter(({ needs }) => needs?.(features) ?? true);
  framework.describe(`the transport ${name}`, () => {
    const groups = GROUPS.map(([title, plays]) => [title, playable(plays)] as const);
    const all = groups.flatMap(([, plays]) => plays);
    let ends: ReadonlyMap<Play, Promise<void>> = new Map();
    let close: OpenTransport['close'] = () => Promise.resolve();
    let mistakes: () => readonly string[] = () => [];
    const closings: Promise<unknown>[] = [];
    framework.beforeAll(async () => {
      const opened: OpenTransport = await open();
      const closing = (end: Promise<unknown>): void => {
        end.catch(() => undefined); // told by afterAll
        closings.push(end);
      };
      const theatre: Theatre = { features, opened, log: new SharedLog(), closing };
      close = () => opened.close();
      mistakes = () => opened.mistakes?.() ?? [];
      ends = sideBySide(all, ({ act, partitions }) => Stage.play(theatre, act, partitions));
    }, OPEN_LIMIT);
    framework.afterAll(async () => {
      await Promise.all(closings);
      await close();
    }, OPEN_LIMIT);

    for (const [title, plays] of groups) {
      if (plays.length === 0) continue;
      framework.describe(title, () => {
        for (const one of plays) {
          framework.it(one.title, () => ends.get(one) ?? neverBegun(), PLAY_LIMIT);
        }
      });
    }

    framework.it(
      'asks its broker for nothing that it would refuse',
      async () => {
        await Promise.allSettled(ends.values());
        await Promise.allSettled(closings);
        assert.deepEqual(mistakes(), []);
      },
      PLAY_LIMIT,
    );
  });
}

const neverBegun = (): Promise<never> => Promise.reject(new Error('The play has not begun.'));
