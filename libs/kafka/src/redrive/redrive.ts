import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { RedrivePlan, RedriveProgress } from 'throughline/transport';
import { DeadLetterPartition } from './dead-letter-partition.js';
import { RedriveMember, type RedriveParts } from './redrive-member.js';
import { Tally } from './tally.js';

/**
 * The session timeout of a redrive's group, in milliseconds. It is short, but above the brokers' minimum. After a redrive is
 * killed, the next one waits this long until the dead member is expelled.
 */
const LONGEST_SESSION = 10_000;
const REJOIN_DELAY = { first: 500, longest: 10_000 };

/**
 * Moves the dead letters of a topic. The commits of the redrive's own group record which dead letters were moved. Dead letters that
 * the plan does not select stay where they are, and another redrive finds them. Concurrent redrives share the partitions. A redrive
 * ends only when it has seen every partition itself, because another redrive may select different dead letters.
 */
export async function redrive(plan: RedrivePlan, parts: RedriveParts): Promise<RedriveProgress> {
  const { driver, from, suppress, consumer } = parts;
  const tally = new Tally(plan.onProgress);
  const signal = AbortSignal.any([plan.signal, parts.closing]);
  const partitions = await suppress(() => partitionsOf(parts));
  const begin = plan.isDry
    ? await suppress(() => driver.committed(consumer.group, from))
    : undefined;
  const isFinished = (): boolean => [...partitions.values()].every((one) => one.isFinished);
  for (let wait = REJOIN_DELAY.first; !isFinished() && !signal.aborted;) {
    const member = plan.isDry ? dryRunMember(parts) : parts;
    const sessionTimeout = Math.min(member.consumer.sessionTimeout, LONGEST_SESSION);
    await new RedriveMember({
      ...member,
      consumer: { ...member.consumer, sessionTimeout },
      plan,
      partitions,
      begin,
      tally,
      signal,
    }).run();
    if (isFinished()) break;
    // Another member has the remaining partitions. Because this member has left and joins again, the group assigns them anew.
    await pause(wait, undefined, { signal }).catch(() => undefined);
    wait = Math.min(wait * 2, REJOIN_DELAY.longest);
  }
  return tally.progress;
}

/** Returns the topic's partitions, each from its first record to its current end. */
async function partitionsOf({
  driver,
  from,
}: RedriveParts): Promise<ReadonlyMap<number, DeadLetterPartition>> {
  const [starts, ends] = await Promise.all([
    driver.offsets(from, 'earliest'),
    driver.offsets(from, 'latest'),
  ]);
  return new Map(
    [...ends].map(([partition, end]) => [
      partition,
      new DeadLetterPartition({ topic: from, partition }, starts.get(partition) ?? 0, end),
    ]),
  );
}

/** Returns the parts of a member for a dry run, which reads in its own group and never commits. */
const dryRunMember = (parts: RedriveParts): RedriveParts => ({
  ...parts,
  consumer: { ...parts.consumer, group: `${parts.consumer.group}.dry-${randomUUID()}` },
});
