import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { RedrivePlan, RedriveProgress } from 'throughline/transport';
import { DeadLetterPartition } from './dead-letter-partition.js';
import { RedriveMember, type RedriveParts } from './redrive-member.js';
import { Tally } from './tally.js';

/** As short as brokers allow with room to spare: whoever goes on after a kill waits for so long until the dead member is out. */
const LONGEST_SESSION = 10_000;
const REJOIN_DELAY = { first: 500, longest: 10_000 };

/**
 * Moves dead letters that lie in a topic. What is done is remembered by a group of its own, in its commits; what the plan does not
 * want stays where it is, and a later redrive finds it. Several at once share the partitions out among them.
 *
 * Each is through only when it has seen every partition itself: another one may want other letters.
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
    // The rest is with another member: it gets what we had, and we get our turn.
    await pause(wait, undefined, { signal }).catch(() => undefined);
    wait = Math.min(wait * 2, REJOIN_DELAY.longest);
  }
  return tally.progress;
}

/** What lies there now, from the first that retention has left. */
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

/** Reads in a group of its own, which nobody shares and which never commits. */
const dryRunMember = (parts: RedriveParts): RedriveParts => ({
  ...parts,
  consumer: { ...parts.consumer, group: `${parts.consumer.group}.dry-${randomUUID()}` },
});
