import type { ConsumerListener } from 'throughline/kafka';

/** A listener that ignores every event. Tests replace the events that they are about. */
export const ignoringListener: ConsumerListener = {
  assigned: () => [],
  records: () => undefined,
  skipped: () => undefined,
  logChanged: () => undefined,
  topicFailed: () => undefined,
  topicRecovered: () => undefined,
  revoking: () => Promise.resolve(),
  lost: () => undefined,
  down: () => undefined,
  up: () => undefined,
};
