import { describeCommits } from './commits.js';
import { describeFlow } from './flow.js';
import { globalFramework, type TestFramework } from '../framework.js';
import { describeGroups } from './groups.js';
import { describeProducing } from './producing.js';
import type { OpenDriver } from './driver-fixture.js';
import { describeSeeking } from './seeking.js';
import { describeTopicFacts } from './topic-facts.js';
import { describeTopics } from './topics.js';

export type { OpenDriver };

/**
 * The conformance suite of a `KafkaDriver`: producing and consuming, groups, commits, seeking, topics, and listeners that break
 * their contract. Call it in a test file. The broker behind `open` may be shared, and each case can run alone, since each uses
 * topics and groups of its own.
 *
 * @param framework The functions of the test runner. Default: its globals.
 * @example
 * describeKafkaDriver('memory', () => {
 *   const driver = memory();
 *   return Promise.resolve({ driver, close: () => driver.close() });
 * });
 */
export function describeKafkaDriver(
  name: string,
  open: () => Promise<OpenDriver>,
  framework: TestFramework = globalFramework(),
): void {
  framework.describe(`the Kafka driver ${name}`, () => {
    let opened: OpenDriver | undefined;
    const driver = (): OpenDriver => {
      if (opened === undefined) throw new Error(`The driver ${name} did not open`);
      return opened;
    };
    framework.beforeAll(async () => {
      opened = await open();
    }, 30_000);
    framework.afterAll(async () => {
      await opened?.close();
    }, 30_000);

    const patient: TestFramework = {
      ...framework,
      it: (text, body) => {
        framework.it(text, body, 60_000);
      },
    };
    describeProducing(patient, driver);
    describeGroups(patient, driver);
    describeCommits(patient, driver);
    describeFlow(patient, driver);
    describeSeeking(patient, driver);
    describeTopics(patient, driver);
    describeTopicFacts(patient, driver);
  });
}
