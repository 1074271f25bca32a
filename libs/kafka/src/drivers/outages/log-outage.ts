import { reasonOf } from '#base';

import { driverLogger } from '../driver-logger.js';
import type { OutageListener } from './outage.js';

/** Logs one line when the broker becomes unavailable, and one when it responds again. */
export function logOutage(who: string, brokers: readonly string[]): OutageListener {
  const where = brokers.join(', ');
  return {
    down: (error) => {
      driverLogger.warn(
        `${who}: Kafka at ${where} is not responding (${reasonOf(error)}). Throughline will keep retrying.`,
      );
    },
    up: () => {
      driverLogger.log(`${who}: Kafka at ${where} is responding again.`);
    },
  };
}
