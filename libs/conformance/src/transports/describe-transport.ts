import { globalFramework, type TestFramework } from '../framework.js';
import { batchCases } from './cases/batches/batches.js';
import { blockedCases } from './cases/failures/blocked.js';
import { codecCases } from './cases/codecs.js';
import { controlCases } from './cases/control.js';
import { deadLetterCases } from './cases/failures/dead-letters.js';
import { deliveryCases } from './cases/delivery.js';
import { earlierVersionCases } from './cases/earlier-versions.js';
import { hostileCases } from './cases/failures/hostile.js';
import { idempotencyCases } from './cases/idempotency.js';
import { orderOptionCases } from './cases/order-options.js';
import { orderedBatchCases } from './cases/batches/ordered-batches.js';
import { outageCases } from './cases/failures/outages.js';
import { pendingPublishCases } from './cases/publishing/pending-publishes.js';
import { publishingCases } from './cases/publishing/publishing.js';
import { redrivingCases } from './cases/failures/redriving.js';
import { retryCases } from './cases/failures/retries.js';
import { routingCases } from './cases/routing.js';
import { stoppingCases } from './cases/stopping.js';
import { timeCases } from './cases/time.js';
import { traceCases } from './cases/traces.js';
import type { TransportSubject } from './contract.js';
import { Suite } from './suite.js';
import type { TestCase } from './test-case.js';

/** The groups that wait longest come first, so that all others run beside them. */
const GROUPS: readonly (readonly [string, readonly TestCase[]])[] = [
  ['outages', outageCases],
  ['time', timeCases],
  ['time, with a publish pending', pendingPublishCases],
  ['whatever is sent, published or thrown', hostileCases],
  ['delivery', deliveryCases],
  ['codecs', codecCases],
  ['orders that a handler may choose', orderOptionCases],
  ['a key that is blocked', blockedCases],
  ['retries', retryCases],
  ['dead letters', deadLetterCases],
  ['batches', batchCases],
  ['batches in order', orderedBatchCases],
  ['idempotency', idempotencyCases],
  ['routing', routingCases],
  ['redriving', redrivingCases],
  ['control', controlCases],
  ['stopping', stoppingCases],
  ['publishing', publishingCases],
  ['traces', traceCases],
  ['earlier versions', earlierVersionCases],
];

const CASE_TIMEOUT_MS = 90_000;
const OPEN_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 60_000;

/**
 * Registers the tests that every transport passes. They use the public API only: small Nest applications, handlers, the
 * publisher, control and health. `features` leaves out what a broker cannot do.
 *
 * Each case has its own channel, so all cases run side by side, and the suite takes little longer than its longest waits.
 * With a filter such as Jest's `-t`, each selected case starts when the runner reaches it, and no other case starts. The broker
 * may be shared.
 *
 * @param subject `features`: what the broker can do. `api`: how applications use the transport. `open`: the broker as seen from
 *   outside, and transports to it.
 * @param framework The functions of the test runner. Default: its globals.
 * @example
 * describeTransport('SQS on ElasticMQ', { features, api, open: () => openElasticMq(address) });
 */
export function describeTransport(
  name: string,
  subject: TransportSubject,
  { describe, it, afterAll }: TestFramework = globalFramework(),
): void {
  const groups = GROUPS.map(([title, cases]) => {
    const supported = cases.filter(({ needs }) => needs?.(subject.features, subject.api) ?? true);
    return { title, cases: supported };
  }).filter(({ cases }) => cases.length > 0);
  describe(`the transport ${name}`, () => {
    const suite = new Suite(subject);
    afterAll(() => suite.close(), CLOSE_TIMEOUT_MS);

    // No runner tells a library which tests it has selected. A filter that selects single cases does not select this test.
    it('is set up', () => suite.startAll(groups.flatMap(({ cases }) => cases)), OPEN_TIMEOUT_MS);

    for (const { title, cases } of groups) {
      describe(title, () => {
        for (const one of cases) it(one.title, () => suite.run(one), CASE_TIMEOUT_MS);
      });
    }

    it(
      'asks its broker for nothing that it would refuse',
      () => suite.assertNoViolations(deliveryCases),
      CASE_TIMEOUT_MS,
    );

    it(
      'leaves nothing that keeps the process alive',
      () => suite.assertNothingActive(deliveryCases),
      CASE_TIMEOUT_MS,
    );
  });
}
