import { setTimeout as pause } from 'node:timers/promises';

import { within } from '#base';
import type { PartitionCommit } from '../../../driver.js';
import type { Membership } from '../../membership.js';
import { byTopic } from './group-offsets.js';
import type { ConsumerGroup, Coordinator } from '../internals/internal-types.js';
import { answerName, toKafkaError, unavailable } from '../kafka-errors.js';

const commitTimeout = 4_500;
const retryAfter = 100;

/** The types of commit errors after which another coordinator, or the same one a moment later, may accept the commit. */
const worthRetrying = new Set([
  undefined,
  'UNKNOWN_SERVER_ERROR',
  'REQUEST_TIMED_OUT',
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
]);

/**
 * Commits with a separate request, on behalf of this member in this generation of the group. kafkajs's `commitOffsets` resolves
 * without writing anything once a stop has begun, or if the consumer crashes.
 */
export async function commitAs(
  group: ConsumerGroup,
  membership: Membership,
  commits: readonly PartitionCommit[],
): Promise<void> {
  const controller = new AbortController();
  const request = {
    groupId: group.groupId,
    memberId: group.memberId,
    groupGenerationId: group.generationId,
    topics: byTopic(commits),
  };
  try {
    await within(
      commitTimeout,
      untilTaken(group, request, () => {
        membership.checkCommit(commits);
        controller.signal.throwIfAborted();
      }),
      () => unavailable('The commit'),
    );
  } catch (error) {
    throw toKafkaError(error, 'The commit');
  } finally {
    controller.abort();
  }
}

async function untilTaken(group: ConsumerGroup, request: object, check: () => void): Promise<void> {
  let coordinator = group.coordinator;
  for (;;) {
    try {
      await (await connected(group, coordinator)).offsetCommit(request);
      return;
    } catch (error) {
      if (!worthRetrying.has(answerName(error))) throw error;
    }
    await pause(retryAfter);
    check();
    coordinator = await group.cluster.findGroupCoordinator(group);
    check();
  }
}

function connected(group: ConsumerGroup, coordinator: Coordinator): Promise<Coordinator> {
  return coordinator.isConnected()
    ? Promise.resolve(coordinator)
    : group.cluster.findBroker(coordinator);
}
