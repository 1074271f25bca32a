import type { WorkerProcess } from '../../harness/processes/worker-process.js';
import type { RowFixture } from '../../harness/row-fixture.js';
import { defineRow, KAFKA_TARGETS, type Row } from '../../row.js';
import { jobs } from '../../worker/job.js';

const CONCURRENCY = 10;

/** Takes the group's only member away. Resolves with how another, or the same, comes back. */
type TakeAway = (
  worker: WorkerProcess,
  fixture: RowFixture,
) => Promise<() => Promise<unknown> | void>;

/**
 * A row whose group has no members for a while, in which its offsets are reset. It goes on from there, and skips nothing.
 *
 * @param begunOnWaking how many messages a member may begin after it wakes and before it notices that its session is over
 */
const offsetsResetRow = (fault: string, takeAway: TakeAway, begunOnWaking: number): Row =>
  defineRow({
    fault,
    targets: KAFKA_TARGETS,
    inShort: [],
    options: () => ({ worker: { concurrency: CONCURRENCY } }),
    run: async (fixture, environment) => {
      const { ledger, topic } = fixture;
      const count = environment.pick(200, 1_000, 3_000);
      const worker = await fixture.startWorker();
      await fixture.produce(jobs({ count, keys: 40, work: 5, name: 'before-' }));
      await fixture.effects(count);
      const from = await topic.ends();
      const again = jobs({ count, keys: 40, work: 20, name: 'again-' });
      await fixture.produce(again);
      await fixture.effects(count * 1.5);

      const comeBack = await takeAway(worker, fixture);
      const begun = new Set(ledger.of('began').map(({ id }) => id));
      const rerun = new Set([
        ...ledger.unsettledOf(worker.name),
        ...again.flatMap(({ id }) => (begun.has(id) ? [id] : [])),
      ]);
      await topic.resetTo(from);
      const runs = ledger.count('began');
      const entries = ledger.entries.length;
      ledger.recoverFrom(again.map(({ id }) => id));
      await comeBack();
      await fixture.produce(jobs({ count, keys: 40, work: 5, name: 'after-' }));

      return fixture.finish(fault, {
        allowed: rerun.size + begunOnWaking,
        remarks: [`${rerun.size} of ${runs} messages begun before the reset are after it`],
        failures: [
          () => {
            const since = new Set(
              ledger.entries
                .slice(entries)
                .flatMap((entry) => (entry.kind === 'began' ? entry.id : [])),
            );
            const skipped = again.filter(({ id }) => !since.has(id)).length;
            return skipped > 0 && `${skipped} messages after the reset offset skipped`;
          },
        ],
      });
    },
  });

export const offsetsResetWhileFrozen = offsetsResetRow(
  'offsets reset while a member is frozen',
  async (worker) => {
    await worker.freeze();
    return () => {
      worker.thaw();
    };
  },
  // The timer of the session runs after the handlers that end in this turn of the event loop, and those that they let begin.
  2 * CONCURRENCY,
);

export const offsetsResetWhileStopped = offsetsResetRow(
  'offsets reset while the group is stopped',
  async (worker, fixture) => {
    await worker.terminate();
    return () => fixture.startWorker();
  },
  0,
);
