import type { Goal } from '../figures/goal.js';
import { filledTopics } from '../grounds/filled-topics.js';
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
/** Handled before, at once: a young process spends ten times as much on a message, and cells of slow handlers have few. */
const WARM_UP = 5_000;
const LEAST_MEASURED = 50;
const MOST_MEASURED = 20_000;
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
  if (handlerMs === 0) return MOST_MEASURED;
  const perSecond = (Math.min(keys, CONCURRENCY) * 1_000) / handlerMs;
  const messages = Math.round(perSecond * sized(size, 2, 0.5));
  return Math.min(MOST_MEASURED, Math.max(LEAST_MEASURED, messages));
}

async function openCell(stage: Stage, size: Size, handlerMs: number, cell: Cell): Promise<Field> {
  const { keys, partitions } = cell;
  const messages = measured(cell, size, handlerMs);
  const own: Ground['task'] = {
    messages,
    warmUp: WARM_UP,
    clock: 'first message',
    idleMs: sized(size, 1_500, 500),
  };
  if (partitions === 'none') {
    const remove = (): Promise<void> => Promise.resolve();
    return { ground: () => Promise.resolve({ task: own, messages, remove }), close: remove };
  }
  const filling = { keys, partitions, messages: messages + WARM_UP };
  const field = await filledTopics(stage, [cell], filling);
  return {
    close: () => field.close(),
    ground: async (entry) => {
      const ground = await field.ground(entry);
      return { ...ground, task: { ...ground.task, ...own }, messages };
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
    rounds: sized(size, 2, 1),
    sqs: 'absent',
    open: (stage) => openCells(stage, size, handlerMs, cells),
  };
};

/** No number of keys or partitions makes a message dear. */
export const grid = (size: Size): readonly Scenario[] =>
  sized(size, [0, 1, 10, 100], [0, 10]).map((handlerMs) => ofHandler(size, handlerMs));
