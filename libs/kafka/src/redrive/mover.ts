import { setTimeout as pause } from 'node:timers/promises';
import { isUnavailable, sentenceOf, ThroughlineError, OwnLog } from '#base';
import type { RedriveProgress } from 'throughline/transport';
import type { KafkaConsumer, TopicPartition } from '../driver.js';
import { partitionName } from '../consume/partitions/partition.js';
import { asKafkaError } from '../errors/failures.js';
import type { SelectedDeadLetter, DeadLetterPartition } from './dead-letter-partition.js';
import type { Tally } from './tally.js';
import type { WayBack } from './way-back.js';

const RETRY_DELAY = 500;
/** The error code of a commit from a member that no longer owns the partition. Repeating the commit cannot succeed. */
const FENCED = 'TL_KAFKA_COMMIT_FENCED';

/** What a mover needs. */
export interface MoverParts {
  readonly wayBack: WayBack;
  readonly commit: KafkaConsumer['commit'];
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/**
 * Writes dead letters to their target, and then commits that they were moved. Processes one batch at a time, so that after a crash
 * at most one batch is in doubt.
 */
export class Mover {
  readonly #parts: MoverParts;
  readonly #log = new OwnLog('Throughline');

  constructor(parts: MoverParts) {
    this.#parts = parts;
  }

  /**
   * Moves a batch of dead letters. Resolves once all of them are written and committed. Waits while a broker is unavailable.
   *
   * @throws ThroughlineError `TL_KAFKA_REDRIVE_SCATTERED` before anything of the batch is written; the error of a dead letter that
   *   the target refuses
   */
  async move(batch: readonly SelectedDeadLetter[]): Promise<void> {
    let rest = batch.filter(isCurrent);
    this.#refuseIfTooScattered(rest);
    while (rest.length > 0) {
      const answers = await this.#parts.wayBack.write(rest);
      const refusals = answers.flatMap((answer, index) => {
        const { partition, record } = rest[index] ?? {};
        if (answer.status === 'rejected') return [answer.reason as unknown];
        partition?.ledger.done(record?.offset ?? 0);
        return [];
      });
      this.#parts.tally.moved(answers.length - refusals.length);
      await this.commit(new Set(rest.map(({ partition }) => partition)));
      const refusal = refusals.find((one) => !isUnavailable(one));
      if (refusal !== undefined) throw asKafkaError('redriving a dead letter', refusal);
      rest = rest.filter(
        (chosen, index) => answers[index]?.status === 'rejected' && isCurrent(chosen),
      );
      if (rest.length === 0 || this.#parts.signal.aborted) return;
      const topics = [...new Set(rest.map(({ partition }) => partition.id.topic))];
      this.#log.warn(
        `The redrive from ${topics.join(', ')} could not write dead letters to their destination: ${sentenceOf(refusals[0])} Throughline will keep retrying.`,
      );
      await pause(RETRY_DELAY);
    }
  }

  /** Commits the progress of the given partitions. Gives up if the partitions were assigned to another member. */
  async commit(partitions: Iterable<DeadLetterPartition>): Promise<void> {
    const dirty = [...partitions].filter(({ ledger }) => ledger.isDirty);
    if (dirty.length === 0) return;
    const ledgers = dirty.map(({ ledger }) => ledger);
    const versions = ledgers.map(({ version }) => version);
    const commits = dirty.map((partition) => partition.commit());
    try {
      await this.#parts.commit(commits);
      ledgers.forEach((ledger, index) => {
        ledger.wasCommitted(commits[index]?.offset ?? 0, versions[index] ?? 0);
      });
    } catch (error) {
      if (isUnavailable(error)) return;
      if (!(error instanceof ThroughlineError) || error.code !== FENCED) throw error;
    }
  }

  #refuseIfTooScattered(batch: readonly SelectedDeadLetter[]): void {
    for (const [partition, chosen] of Map.groupBy(batch, (one) => one.partition)) {
      const commit = partition.commitWith(chosen.map(({ record }) => record.offset));
      if (commit === undefined) throw scattered(partition.id, this.#parts.tally.progress);
    }
  }
}

const isCurrent = ({ partition, ledger }: SelectedDeadLetter): boolean =>
  partition.ledger === ledger;

/**
 * Creates the error for a partition in which moved and skipped dead letters alternate so often that commit metadata cannot record
 * it.
 */
function scattered(partition: TopicPartition, { moved, left }: RedriveProgress): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_REDRIVE_SCATTERED',
    `The redrive stopped at ${partitionName(partition)}, because it can no longer record which dead letters it has moved. The record must ` +
      'fit into the metadata of a commit, and each gap of skipped dead letters makes the record longer. So far, the redrive has moved and ' +
      `recorded ${moved} dead letters, and its filter has skipped ${left}. First redrive the skipped dead letters, without a filter or with ` +
      'a filter that matches them. Then repeat this redrive.',
  );
}
