import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PartitionCommit } from '../../driver.js';
import type { Partition } from '../partitions/partition.js';
import { aPartition } from '../partitions/partition.fixture.js';
import { Committer } from './committer.js';

/** A partition of which these many records were read and are done. */
function partitionWithDone(number: number, done: number): Partition {
  const partition = aPartition(number);
  finish(partition, done);
  return partition;
}

/** Reads and finishes further records. */
function finish({ ledger }: Partition, count: number): void {
  const first = ledger.next;
  for (let offset = first; offset < first + count; offset += 1) {
    ledger.begin(offset);
    ledger.done(offset);
  }
}

describe('The committer', () => {
  const commits: (readonly string[])[] = [];
  let fail: Error | undefined;
  let partitions: Partition[] = [];
  let committer: Committer;

  const commit = (given: readonly PartitionCommit[]): Promise<void> => {
    commits.push(given.map(({ partition, offset }) => `${partition}@${offset}`));
    return fail === undefined ? Promise.resolve() : Promise.reject(fail);
  };

  beforeEach(() => {
    jest.useFakeTimers();
    commits.length = 0;
    fail = undefined;
    partitions = [];
    committer = new Committer(
      () => partitions,
      commit,
      () => undefined,
    );
  });
  afterEach(() => {
    committer.close();
    jest.useRealTimers();
  });

  it('commits a second after the first message is done, all partitions in one request', async () => {
    partitions = [partitionWithDone(0, 3), partitionWithDone(1, 2)];

    committer.count(5);
    await jest.advanceTimersByTimeAsync(999);
    expect(commits).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);

    expect(commits).toEqual([['0@3', '1@2']]);
  });

  it('commits at once after a thousand messages', async () => {
    partitions = [partitionWithDone(0, 1_000)];

    committer.count(999);
    expect(commits).toEqual([]);
    committer.count(1);
    await jest.advanceTimersByTimeAsync(0);

    expect(commits).toEqual([['0@1000']]);
  });

  it('sends no request where nothing is new, and only what is new otherwise', async () => {
    const [first, second] = [partitionWithDone(0, 1), partitionWithDone(1, 1)];
    partitions = [first, second];
    await committer.commitNow();

    await committer.commitNow();
    finish(second, 1);
    await committer.commitNow();

    expect(commits).toEqual([['0@1', '1@1'], ['1@2']]);
  });

  it('leaves out a partition that was revoked', async () => {
    const revoked = partitionWithDone(0, 1);
    partitions = [revoked, partitionWithDone(1, 1)];
    revoked.leave();

    await committer.commitNow();

    expect(commits).toEqual([['1@1']]);
  });

  it('tries again after a second if a commit fails, with everything that is done by then', async () => {
    const partition = partitionWithDone(0, 1);
    partitions = [partition];
    fail = new Error('no answer');
    await committer.commitNow();
    finish(partition, 1);
    fail = undefined;

    await jest.advanceTimersByTimeAsync(1_000);

    expect(commits).toEqual([['0@1'], ['0@2']]);
  });

  it('has one request in progress at a time', async () => {
    const partition = partitionWithDone(0, 1);
    partitions = [partition];
    const response = Promise.withResolvers<undefined>();
    let inProgress = 0;
    let most = 0;
    committer = new Committer(
      () => partitions,
      async () => {
        inProgress += 1;
        most = Math.max(most, inProgress);
        await response.promise;
        inProgress -= 1;
      },
      () => undefined,
    );

    const both = Promise.all([committer.commitNow(), committer.commitNow()]);
    finish(partition, 1);
    response.resolve(undefined);
    await both;

    expect(most).toBe(1);
    expect(partition.ledger.isDirty).toBe(false);
  });

  it('commits nothing by itself once it is closed', async () => {
    partitions = [partitionWithDone(0, 1)];
    committer.count(1);

    committer.close();
    committer.count(1);
    await jest.advanceTimersByTimeAsync(5_000);

    expect(commits).toEqual([]);
  });
});
