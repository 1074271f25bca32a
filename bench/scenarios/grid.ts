import type { Goal } from '../figures/goal.js';
import { filledTopics } from '../data-sets/filled-topics.js';
import { filledAfterWarmUp } from '../data-sets/filled-after-warm-up.js';
import { withWarmUp } from '../data-sets/with-warm-up.js';
import type { Environment } from '../harness/environment.js';
import {
  sized,
  type Entry,
  type DataSource,
  type DataSet,
  type Scenario,
  type Size,
} from '../scenario.js';

/** One cell: the keys and partitions of the messages. Sleeps without a broker have keys only. */
interface Cell extends Entry {
  readonly keys: number;
  readonly partitions: number | 'none';
}

const CONCURRENCY = 100;
/** Messages that are handled before the measurement, because a cold process spends several times as much on a message. */
const WARM_UP = 20_000;
const LEAST_MEASURED = 50;
const MOST_MEASURED = 20_000;
/**
 * Without waiting handlers, all messages are measured from the first fetch on. With sixty partitions, the first fetch brings a hundred
 * thousand messages, so a part of them would be decoded before the clock starts.
 */
const MEASURED_AT_ONCE = 400_000;
const ALLOWED = 1.3;

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

const cellOf = (keys: number, partitions: number, handlerMs: number): Cell => ({
  title: `${counted(keys, 'key')}, ${counted(partitions, 'partition')}`,
  candidate: 'throughline-kafka',
  choices: { handlerMs, concurrency: CONCURRENCY },
  keys,
  partitions,
});

/** The cost of a sleep itself. Timers that end together share a turn of the event loop. */
const sleepsOf = (keys: number, handlerMs: number): Cell => ({
  title: `${counted(keys, 'key')}, without a broker`,
  candidate: 'ideal',
  choices: { handlerMs, concurrency: CONCURRENCY, keys },
  keys,
  partitions: 'none',
});

function cellsOf(size: Size, handlerMs: number): readonly Cell[] {
  const partitions = sized(size, [1, 6, 60], [1, 60]);
  return sized(size, [1, 10, 1_000, 10_000], [1, 1_000]).flatMap((keys) => [
    ...partitions.map((count) => cellOf(keys, count, handlerMs)),
    ...(handlerMs > 0 ? [sleepsOf(keys, handlerMs)] : []),
  ]);
}

/** The number of messages that take two seconds. */
function measured({ keys }: Cell, size: Size, handlerMs: number): number {
  if (handlerMs === 0) return sized(size, MEASURED_AT_ONCE, 5_000);
  const perSecond = (Math.min(keys, CONCURRENCY) * 1_000) / handlerMs;
  const messages = Math.round(perSecond * sized(size, 2, 0.5));
  return Math.min(MOST_MEASURED, Math.max(LEAST_MEASURED, messages));
}

async function sourceOf(
  environment: Environment,
  size: Size,
  handlerMs: number,
  cell: Cell,
): Promise<DataSource> {
  const { keys, partitions } = cell;
  const counts = {
    warmUp: sized(size, WARM_UP, 1_000),
    messages: measured(cell, size, handlerMs),
  };
  if (partitions === 'none') {
    const remove = (): Promise<void> => Promise.resolve();
    const dataSet: DataSet = {
      task: { messages: counts.messages },
      messages: counts.messages,
      remove,
    };
    return withWarmUp({ dataSet: () => Promise.resolve(dataSet), close: remove }, counts);
  }
  if (handlerMs > 0) return filledAfterWarmUp(environment, { keys, partitions }, counts);
  return filledTopics(environment, [cell], { keys, partitions, messages: counts.messages });
}

/** The idle cost of the service is measured and subtracted. */
async function openCell(
  environment: Environment,
  size: Size,
  handlerMs: number,
  cell: Cell,
): Promise<DataSource> {
  const source = await sourceOf(environment, size, handlerMs, cell);
  return {
    close: () => source.close(),
    dataSet: async (entry) => {
      const dataSet = await source.dataSet(entry);
      return { ...dataSet, task: { ...dataSet.task, idleMs: sized(size, 1_500, 500) } };
    },
  };
}

async function openCells(
  environment: Environment,
  size: Size,
  handlerMs: number,
  cells: readonly Cell[],
): Promise<DataSource> {
  const sources = new Map<string, DataSource>();
  for (const cell of cells)
    sources.set(cell.title, await openCell(environment, size, handlerMs, cell));
  return {
    dataSet: (entry) => {
      const source = sources.get(entry.title);
      if (source === undefined) throw new Error(`There is no cell ${entry.title}.`);
      return source.dataSet(entry);
    },
    close: async () => {
      for (const source of sources.values()) await source.close();
    },
  };
}

const evenCosts = (cells: readonly Cell[]): Goal => ({
  text: `the most expensive of our cells ≤ ${ALLOWED} × the cheapest, in CPU a message`,
  figure: (of) => {
    const ours = cells.filter(({ partitions }) => partitions !== 'none');
    const costs = ours.map(({ title }) => of(title).cpuMicros);
    return Math.max(...costs) / Math.min(...costs);
  },
  limit: { atMost: ALLOWED },
});

const ofHandler = (size: Size, handlerMs: number): Scenario => {
  const cells = cellsOf(size, handlerMs);
  return {
    name: `grid, handler of ${handlerMs} ms`,
    about:
      'Kafka, at most 100 messages in progress. Shows how the cost of a message depends on the number of keys and partitions. CPU does not include what the idle service uses.',
    baseline: cellOf(1, 1, handlerMs).title,
    entries: cells,
    goals: [evenCosts(cells)],
    rounds: sized(size, handlerMs === 0 ? 3 : 2, 1),
    sqs: 'absent',
    open: (environment) => openCells(environment, size, handlerMs, cells),
  };
};

/** No number of keys or partitions makes a message expensive. */
export const grid = (size: Size): readonly Scenario[] =>
  sized(size, [0, 1, 10, 100], [0, 10]).map((handlerMs) => ofHandler(size, handlerMs));
