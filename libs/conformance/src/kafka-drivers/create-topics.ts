import { isUnavailable } from '#base';
import type { KafkaDriver, NewTopic } from 'throughline/kafka';

/** The number of milliseconds after which a broker that does not answer is an error, however busy the machine is. */
const CREATE_TIMEOUT = 60_000;

/**
 * Creates topics for a test, on a broker that may be too busy to answer in time. A topic that exists by then is not created twice.
 *
 * @throws ThroughlineError `TL_KAFKA_UNAVAILABLE` after a minute, and at once what {@link KafkaDriver.create} throws otherwise
 * @example
 * await createTopics(driver, [{ name: 'order_events', partitions: 3 }]);
 */
export async function createTopics(
  driver: Pick<KafkaDriver, 'create'>,
  topics: readonly NewTopic[],
): Promise<void> {
  const late = AbortSignal.timeout(CREATE_TIMEOUT);
  for (;;) {
    try {
      await driver.create(topics);
      return;
    } catch (error) {
      if (!isUnavailable(error) || late.aborted) throw error;
    }
  }
}
