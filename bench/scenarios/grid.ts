import type { Goal } from '../figures/goal.js';
import { filledTopics } from '../grounds/filled-topics.js';
import { filledOnceWarm } from '../grounds/filled-once-warm.js';
import { warmedUp } from '../grounds/warmed-up.js';
import type { Stage } from '../harness/stage.js';
import {
  sized,
  type Entry,
  type Field,
  type Ground,
  type Scenario,
  type Size,
} from '../scenario.js';

/** One cell: the keys and the partitions that the messages are spread over; the bare sleeps have keys only. */
interface Cell extends Entry {
  readonly keys: number;
  readonly partitions: number | 'none';
}

const CONCURRENCY = 100;
/** Handled before, at once: a young process spends several times as much on a message. */
const WARM_UP = 20_000;
const LEAST_MEASURED = 50;
const MOST_MEASURED = 20_000;
/**
 * Where nobody waits, all are measured, from the first fetch on: of sixty partitions that one brings a hundred thousand, and what
 * came before would have been decoded before the clock starts.
 */
const MEASURED_AT_ONCE = 400_000;
const ALLOWED = 1.3;

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

const cellOf = (keys: number, partitions: number, handlerMs: number): Cell => ({
  title: `${counted(keys, 'key')}, ${counted(partitions, 'partition')}`,
  contender: 'throughline-kafka',
  choices: { handlerMs, concurrency: CONCURRENCY },
  keys,
  partitions,
});

/** What a sleep itself costs: timers that end together share a turn of the event loop, and a single one has it alone. */
const sleepsOf = (keys: number, handlerMs: number): Cell => ({
  title: `${counted(keys, 'key')}, without a broker`,
  contender: 'ideal',
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

/** As many messages as take two seconds. */
function measured({ keys }: Cell, size: Size, handlerMs: number): number {
  if (handlerMs === 0) return sized(size, MEASURED_AT_ONCE, 5_000);
  const perSecond = (Math.min(keys, CONCURRENCY) * 1_000) / handlerMs;
  const messages = Math.round(perSecond * sized(size, 2, 0.5));
  return Math.min(MOST_MEASURED, Math.max(LEAST_MEASURED, messages));
}

async function fieldOf(stage: Stage, size: Size, handlerMs: number, cell: Cell): Promise<Field> {
  const { keys, partitions } = cell;
  const counts = {
    warmUp: sized(size, WARM_UP, 1_000),
    messages: measured(cell, size, handlerMs),
  };
  if (partitions === 'none') {
    const remove = (): Promise<void> => Promise.resolve();
    const ground: Ground = {
      task: { messages: counts.messages },
      messages: counts.messages,
      remove,
    };
    return warmedUp({ ground: () => Promise.resolve(ground), close: remove }, counts);
  }
  if (handlerMs > 0) return filledOnceWarm(stage, { keys, partitions }, counts);
  return filledTopics(stage, [cell], { keys, partitions, messages: counts.messages });
}

/** Told without what the service costs that has nothing to do. */
async function openCell(stage: Stage, size: Size, handlerMs: number, cell: Cell): Promise<Field> {
  const field = await fieldOf(stage, size, handlerMs, cell);
  return {
    close: () => field.close(),
    ground: async (entry) => {
      const ground = await field.ground(entry);
      return { ...ground, task: { ...ground.task, idleMs: sized(size, 1_500, 500) } };
    },
  };
}

async function openCells(
  stage: Stage,
  size: Size,
  handlerMs: number,
  cells: readonly Cell[],
): Promise<Field> {
  const fields = new Map<string, Field>();
  for (const cell of cells) fields.set(cell.title, await openCell(stage, size, handlerMs, cell));
  return {
    ground: (entry) => {
      const field = fields.get(entry.title);
      if (field === undefined) throw new Error(`There is no cell ${entry.title}.`);
      return field.ground(entry);
    },
    close: async () => {
      for (const field of fields.values()) await field.close();
    },
  };
}

const evenCosts = (cells: readonly Cell[]): Goal => ({
  text: `the dearest of our cells ≤ ${ALLOWED} × the cheapest, in CPU a message`,
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
      'Kafka, 100 at once: what a message costs, whatever the number of its keys and partitions. CPU is told without what the idle service uses.',
    baseline: cellOf(1, 1, handlerMs).title,
    entries: cells,
    goals: [evenCosts(cells)],
    rounds: sized(size, handlerMs === 0 ? 3 : 2, 1),
    sqs: 'absent',
    open: (stage) => openCells(stage, size, handlerMs, cells),
  };
};

/** No number of keys or partitions makes a message dear. */
export const grid = (size: Size): readonly Scenario[] =>
  sized(size, [0, 1, 10, 100], [0, 10]).map((handlerMs) => ofHandler(size, handlerMs));
