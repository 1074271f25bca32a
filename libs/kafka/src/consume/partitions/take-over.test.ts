import { describe, expect, it } from '@jest/globals';
import type { AssignedPartition, Committed } from '../../driver.js';
import { type Partition } from './partition.js';
import { encodeCommit, logDigest } from '../progress/commit-metadata.js';
import { takeOver } from './take-over.js';

const ID = { topic: 'orders', partition: 0 };
const LOG = { id: 'cluster/one', start: 0, end: 100 };
const EMPTY = { done: [], failures: new Map() };

const assigned = (changes: Partial<AssignedPartition> = {}): AssignedPartition => ({
  ...ID,
  committed: undefined,
  log: LOG,
  start: 0,
  ...changes,
});

const commitOf = (offset: number, log = LOG.id, leaderEpoch?: number): Committed => ({
  offset,
  metadata: encodeCommit(offset, {
    progress: EMPTY,
    mark: 'c29tZW9u',
    log: logDigest(log),
    leaderEpoch,
  }),
});

/** A partition that was read up to an offset, of which everything is done. */
function readUpTo(offset: number, from: AssignedPartition = assigned()): Partition {
  const { partition } = takeOver(from, undefined, 'orders', 'earliest');
  for (let at = partition.ledger.next; at < offset; at += 1) {
    partition.ledger.begin(at);
    partition.wereRead([{ offset: at, leaderEpoch: 0 }]);
    partition.ledger.done(at);
  }
  return partition;
}

function committed(partition: Partition): Committed {
  const commit = partition.commit();
  partition.ledger.wasCommitted(commit.offset, partition.ledger.version);
  return commit;
}

describe('a partition that a member reads for the first time', () => {
  it('starts where the driver says if the group has no commit', () => {
    const { partition, position, change } = takeOver(
      assigned({ start: 7 }),
      undefined,
      'orders',
      'earliest',
    );

    expect([partition.ledger.next, partition.ledger.isDirty]).toEqual([7, false]);
    expect([position, change]).toEqual([undefined, undefined]);
  });

  it('has its start committed first if the group starts at the end', () => {
    const { partition } = takeOver(assigned({ start: 100 }), undefined, 'orders', 'latest');

    expect(partition.ledger.isMovePending).toBe(true);
    expect(partition.commit().offset).toBe(100);
  });

  it('is checked against its log if the leader epoch of its commit is known', () => {
    const from = assigned({ committed: commitOf(20, LOG.id, 3), start: 20 });

    const { position } = takeOver(from, undefined, 'orders', 'earliest');

    expect(position).toEqual({ ...ID, offset: 20, leaderEpoch: 3 });
  });

  it.each([
    [
      'another log, even if the commit is in range',
      commitOf(20, 'cluster/two'),
      LOG,
      'replaced',
      0,
    ],
    ['a commit below the log', commitOf(20), { ...LOG, start: 30 }, 'trimmed', 30],
  ] as const)('starts at the beginning of %s', (_, commit, log, kind, start) => {
    const from = assigned({ committed: commit, log, start });

    const { partition, position, change } = takeOver(from, undefined, 'orders', 'earliest');

    expect(change?.kind).toBe(kind);
    expect(position?.offset).toBe(start);
    expect(partition.ledger.next).toBe(start);
  });

  it('keeps a commit above the end, because a broker that has just started reports an end that is too low', () => {
    const from = assigned({ committed: commitOf(120), start: 120 });

    const { partition, change } = takeOver(from, undefined, 'orders', 'earliest');

    expect([partition.ledger.next, change]).toEqual([120, undefined]);
  });

  it('keeps the progress above the log’s start if retention has passed the commit', () => {
    const progress = { done: [25, 40], failures: new Map([[35, 2]]) };
    const metadata = encodeCommit(20, {
      progress,
      mark: undefined,
      log: undefined,
      leaderEpoch: undefined,
    });
    const from = assigned({
      committed: { offset: 20, metadata },
      log: { ...LOG, start: 30 },
      start: 30,
    });

    const { partition } = takeOver(from, undefined, 'orders', 'earliest');

    expect(partition.ledger.progress).toEqual({ done: [40], failures: new Map([[35, 2]]) });
  });
});

describe('a partition that a member keeps over a rebalance', () => {
  it('stays as it is if its own commit is the group’s, however old', () => {
    const before = readUpTo(10);
    const old = committed(before);
    before.ledger.begin(10);
    before.ledger.done(10);
    committed(before);

    const { partition, position, change } = takeOver(
      assigned({ committed: old }),
      before,
      'orders',
      'earliest',
    );

    expect(partition).toBe(before);
    expect(position).toEqual({ ...ID, offset: 11, leaderEpoch: 0 });
    expect(change).toBeUndefined();
  });

  it('stays as it is if nobody has committed since it was taken over', () => {
    const commit = commitOf(4);
    const before = readUpTo(10, assigned({ committed: commit, start: 4 }));

    const { partition } = takeOver(
      assigned({ committed: commit, start: 4 }),
      before,
      'orders',
      'earliest',
    );

    expect(partition).toBe(before);
  });

  it('remembers what was processed after the member was expelled, and runs again what was in progress', () => {
    const before = readUpTo(10);
    const own = committed(before);
    for (const offset of [10, 11, 12]) before.ledger.begin(offset);
    before.ledger.done(11);
    before.leave();

    const { partition, position } = takeOver(
      assigned({ committed: own, start: 10 }),
      before,
      'orders',
      'earliest',
    );

    expect([partition.isOurs, position?.offset]).toEqual([true, 10]);
    expect([10, 11, 12].map((offset) => partition.ledger.begin(offset))).toEqual([
      true,
      false,
      true,
    ]);
    expect(partition.ledger.isDirty).toBe(true);
  });

  it('follows the commit of another member', () => {
    const before = readUpTo(10);
    committed(before);

    const { partition, change } = takeOver(
      assigned({ committed: commitOf(30), start: 30 }),
      before,
      'orders',
      'earliest',
    );

    expect([partition.ledger.next, change]).toEqual([30, undefined]);
  });

  it.each([
    ['a commit that another tool has moved back', { offset: 3, metadata: '' }, 3],
    ['a commit that was deleted', undefined, 0],
  ])('follows %s, and reports it', (_, commit, start) => {
    const before = readUpTo(10);
    committed(before);

    const { partition, change } = takeOver(
      assigned({ committed: commit, start }),
      before,
      'orders',
      'earliest',
    );

    expect(partition.ledger.next).toBe(start);
    expect(change).toEqual({ kind: 'reset', offset: start });
  });

  it('starts over in another log, even with its own commit', () => {
    const before = readUpTo(10);
    const own = committed(before);

    const { partition, position, change } = takeOver(
      assigned({ committed: own, log: { ...LOG, id: 'cluster/two' }, start: 10 }),
      before,
      'orders',
      'earliest',
    );

    expect([partition.ledger.next, position?.offset, change?.kind]).toEqual([0, 0, 'replaced']);
  });

  it('forgets only what lies below the start of its log', () => {
    const before = readUpTo(10);
    const own = committed(before);

    const { partition, position, change } = takeOver(
      assigned({ committed: own, log: { ...LOG, start: 50 }, start: 50 }),
      before,
      'orders',
      'earliest',
    );

    expect(partition).toBe(before);
    expect([position, change]).toEqual([
      { ...ID, offset: 50 },
      { kind: 'trimmed', offset: 50 },
    ]);
    expect(partition.commit().offset).toBe(50);
  });
});

describe('a partition whose log was truncated', () => {
  it('forgets what was at and above the offset, and runs again what is still in progress below it', () => {
    const before = readUpTo(5);
    for (const offset of [5, 6, 7, 8]) before.ledger.begin(offset);
    before.ledger.done(6);
    before.ledger.done(8);

    const partition = before.truncatedTo(7);

    expect(partition.ledger.next).toBe(5);
    expect(partition.ledger.progress.done).toEqual([6]);
    expect([5, 6, 7].map((offset) => partition.ledger.begin(offset))).toEqual([true, false, true]);
    before.ledger.done(7);
    expect(partition.ledger.committable).toBe(5);
  });
});
