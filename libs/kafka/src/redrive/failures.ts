import { ThroughlineError } from '#base';
import { type RedriveProgress } from 'throughline/transport';
import type { TopicPartition } from '../driver.js';
import { partitionName } from '../consume/partition.js';

/** What was moved lies scattered among what was left, and a commit has no room to say so. */
export function scattered(
  partition: TopicPartition,
  { moved, left }: RedriveProgress,
): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_REDRIVE_SCATTERED',
    `The redrive stopped at ${partitionName(partition)}: ${moved} dead letters were moved and ${left} were left, and these lie so ` +
      'scattered that a commit has no room to remember more. What was moved is remembered. Redrive what was left, without a ' +
      'filter or with one that takes the rest; then this one can go on.',
  );
}
