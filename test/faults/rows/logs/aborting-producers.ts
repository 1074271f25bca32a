import type { TransactionalProducer } from '../../harness/channels/transactional-producer.js';
import { defineRow, KAFKA_TARGETS } from '../../row.js';
import { jobs, type Job } from '../../worker/job.js';

const FAULT = 'producers that abort';
const PRODUCERS = 4;
const PER_TRANSACTION = 12;

/** A producer of a row, and what it has yet to write. */
interface Writer {
  readonly producer: TransactionalProducer;
  readonly committed: readonly Job[];
  readonly aborted: readonly Job[];
}

interface Content {
  readonly end: 'commit' | 'abort';
  readonly first: readonly Job[];
  readonly second: readonly Job[];
}

/** What a writer's transaction consists of. Of two transactions in a row, or of two neighbours, one is aborted. */
function contentOf({ committed, aborted }: Writer, index: number, number: number): Content {
  const isAborted = (number + index) % 2 === 0;
  const from = Math.floor(number / 2) * PER_TRANSACTION;
  const middle = from + PER_TRANSACTION / 2;
  const all = isAborted ? aborted : committed;
  return {
    end: isAborted ? 'abort' : 'commit',
    first: all.slice(from, middle),
    second: all.slice(middle, from + PER_TRANSACTION),
  };
}

/**
 * Writes transactions in which the writers take turns. In its turn, a writer ends its transaction and begins the next one, so each
 * has records before and after the ends of all others.
 *
 * @param from the number of the first transaction of each writer
 * @param to the number after that of the last one
 */
async function write(writers: readonly Writer[], from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number += 1) {
    for (const [index, writer] of writers.entries()) {
      const { producer } = writer;
      if (number > from) {
        const { second, end } = contentOf(writer, index, number - 1);
        await producer.send(second);
        await producer.end(end);
      }
      if (number < to) await producer.send(contentOf(writer, index, number).first);
    }
  }
}

/**
 * Several producers write transactions that overlap, and abort every other one, before the workers start and while they run. What is
 * committed is processed, and nothing else.
 */
export const abortingProducers = defineRow({
  fault: FAULT,
  targets: KAFKA_TARGETS,
  run: async (fixture, environment) => {
    const { ledger, topic } = fixture;
    const transactions = environment.pick(8, 40, 120);
    const count = (transactions / 2) * PER_TRANSACTION;
    const writers = await Promise.all(
      Array.from({ length: PRODUCERS }, async (_, index) => ({
        producer: await topic.transactionalProducer(),
        committed: jobs({ count, keys: 5, name: `committed-${index}-` }),
        aborted: jobs({ count, keys: 5, name: `aborted-${index}-` }),
      })),
    );

    ledger.produce(writers.flatMap(({ committed }) => committed));
    await write(writers, 0, transactions / 2);
    await fixture.startWorkers(environment.pick(1, 2, 2));
    await write(writers, transactions / 2, transactions);
    await Promise.all(writers.map(({ producer }) => producer.close()));

    const all = PRODUCERS * transactions;
    return fixture.finish(FAULT, {
      remarks: [`${all / 2} of ${all} transactions aborted`],
      failures: [
        () => {
          const aborted = ledger.of('began').filter(({ id }) => !ledger.produced.has(id));
          return aborted.length > 0 && `${aborted.length} aborted messages processed`;
        },
      ],
    });
  },
});
