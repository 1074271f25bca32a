import type { Kind } from './harness/kind.js';
import type { Stage } from './harness/stage.js';
import { Trial, type TrialOptions } from './harness/trial.js';
import type { RowResult } from './harness/verdict.js';

/** A fault, and what is to hold whatever it does. */
export interface Row {
  /** What the table shows, and `--only` takes. */
  readonly fault: string;
  readonly kinds: readonly Kind[];
  /** On which of them it is played in the short form, which has three minutes for all rows. Default: all. */
  readonly inShort?: readonly Kind[];
  /**
   * What it leaves to other rows. `shared`: all. `takes its broker`: all but the broker that it runs on. `alone`: nothing.
   * Default: `shared`.
   */
  readonly runs?: 'shared' | 'takes its broker' | 'alone';
  readonly run: (stage: Stage, kind: Kind) => Promise<RowResult>;
}

export const ALL: readonly Kind[] = ['kafka', 'sqs', 'fifo'];

/** What most rows are: one trial from its start to its verdict; the trial is closed however it ends. */
export function trialRow(
  row: Omit<Row, 'run'> & {
    readonly options?: (stage: Stage, kind: Kind) => TrialOptions;
    readonly play: (trial: Trial, stage: Stage) => Promise<RowResult>;
  },
): Row {
  const { options = () => ({}), play, ...rest } = row;
  return {
    ...rest,
    run: async (stage, kind) => {
      const trial = await Trial.open(stage, kind, options(stage, kind));
      try {
        return await play(trial, stage);
      } finally {
        await trial.close();
      }
    },
  };
}
