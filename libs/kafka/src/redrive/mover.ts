import { setTimeout as pause } from 'node:timers/promises';
import { isUnavailable, reasonOf, ThroughlineError, OwnLog } from '#base';
import type { RedriveProgress } from 'throughline/transport';
import type { KafkaConsumer, TopicPartition } from '../driver.js';
import { partitionName } from '../consume/partition.js';
import { asKafkaError } from '../errors/failures.js';
import type { SelectedDeadLetter, DeadLetterPartition } from './dead-letter-partition.js';
import type { Tally } from './tally.js';
import type { WayBack } from './way-back.js';

const RETRY_DELAY = 500;
/** What no later commit of the same member brings about. */
const FENCED = 'TL_KAFKA_COMMIT_FENCED';

/** What a mover is made of. */
export interface MoverParts {
  readonly wayBack: WayBack;
  readonly commit: KafkaConsumer['commit'];
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/** Writes dead letters to where they are to go, and then remembers that: a batch at a time, so that no more is ever in doubt. */
export class Mover {
  readonly #parts: MoverParts;
  readonly #log = new OwnLog('Throughline');

  constructor(parts: MoverParts) {
    this.#parts = parts;
  }

  /**
   * Resolves once the broker has all of them and knows that they are done; where it is away, it is waited for.
   *
   * @throws ThroughlineError `TL_KAFKA_REDRIVE_SCATTERED` before anything of the batch is written; and what the broker refuses
   */
  async move(batch: readonly SelectedDeadLetter[]): Promise<void> {
    let rest = batch.filter(isCurrent);
    this.#refuseWhatCannotBeRemembered(rest);
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
      if (refusal !== undefined) throw asKafkaError('a dead letter that is to come back', refusal);
      rest = rest.filter(
        (chosen, index) => answers[index]?.status === 'rejected' && isCurrent(chosen),
      );
      if (rest.length === 0 || this.#parts.signal.aborted) return;
      this.#log.warn(`The broker takes no dead letters back yet: ${reasonOf(refusals[0])}`);
      await pause(RETRY_DELAY);
    }
  }

  /** Tells the broker what is done of these partitions; gives up where they have gone to another member. */
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

  #refuseWhatCannotBeRemembered(batch: readonly SelectedDeadLetter[]): void {
    for (const [partition, chosen] of Map.groupBy(batch, (one) => one.partition)) {
      const commit = partition.commitWith(chosen.map(({ record }) => record.offset));
      if (commit === undefined) throw scattered(partition.id, this.#parts.tally.progress);
    }
  }
}

const isCurrent = ({ partition, ledger }: SelectedDeadLetter): boolean =>
  partition.ledger === ledger;

/** What was moved lies scattered among what was left, and a commit has no room to say so. */
function scattered(partition: TopicPartition, { moved, left }: RedriveProgress): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_REDRIVE_SCATTERED',
    `The redrive stopped at ${partitionName(partition)}: ${moved} dead letters were moved and ${left} were left, and these lie so ` +
      'scattered that a commit has no room to remember more. What was moved is remembered. Redrive what was left, without a ' +
      'filter or with one that takes the rest; then this one can go on.',
  );
}
