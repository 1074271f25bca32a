import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { RedrivePlan, RedriveProgress } from 'throughline/transport';
import { LetterPartition } from './dead-letter-partition.js';
import { Share, type RedriveParts } from './redrive-member.js';
import { Tally } from './tally.js';

/** As short as brokers allow with room to spare: whoever goes on after a kill waits for so long until the dead member is out. */
const LONGEST_SESSION = 10_000;
const JOIN_AGAIN = { first: 500, longest: 10_000 };

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
  const partitions = await suppress(() => surveyOf(parts));
  const begin = plan.isDry
    ? await suppress(() => driver.committed(consumer.group, from))
    : undefined;
  const isThrough = (): boolean => [...partitions.values()].every((one) => one.isGoneThrough);
  for (let wait = JOIN_AGAIN.first; !isThrough() && !signal.aborted;) {
    const member = plan.isDry ? onlooker(parts) : parts;
    const sessionTimeout = Math.min(member.consumer.sessionTimeout, LONGEST_SESSION);
    await new Share({
      ...member,
      consumer: { ...member.consumer, sessionTimeout },
      plan,
      partitions,
      begin,
      tally,
      signal,
    }).run();
    if (isThrough()) break;
    // The rest is with another member: it gets what we had, and we get our turn.
    await pause(wait, undefined, { signal }).catch(() => undefined);
    wait = Math.min(wait * 2, JOIN_AGAIN.longest);
  }
  return tally.progress;
}

/** What lies there now, from the first that retention has left. */
async function surveyOf({
  driver,
  from,
}: RedriveParts): Promise<ReadonlyMap<number, LetterPartition>> {
  const [starts, ends] = await Promise.all([
    driver.offsets(from, 'earliest'),
    driver.offsets(from, 'latest'),
  ]);
  return new Map(
    [...ends].map(([partition, end]) => [
      partition,
      new LetterPartition({ topic: from, partition }, starts.get(partition) ?? 0, end),
    ]),
  );
}

/** Reads in a group of its own, which nobody shares and which never commits. */
const onlooker = (parts: RedriveParts): RedriveParts => ({
  ...parts,
  consumer: { ...parts.consumer, group: `${parts.consumer.group}.dry-${randomUUID()}` },
});
