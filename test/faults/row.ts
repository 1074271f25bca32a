import type { BrokerName, Kind } from './harness/kind.js';
import type { Stage } from './harness/stage.js';
import { Trial } from './harness/trial.js';
import type { TrialOptions } from './harness/trial-options.js';
import type { RowResult } from './harness/verdict.js';

/** A fault, and what is to hold whatever it does. */
export interface Row {
  /** What the table shows, and `--only` takes. */
  readonly fault: string;
  readonly kinds: readonly Kind[];
  /** On which of them it is played in the short form, which has two and a half minutes for all rows. Default: all. */
  readonly inShort?: readonly Kind[];
  /** On which of them it is played in the normal form. Default: all. */
  readonly inNormal?: readonly Kind[];
  /** Brokers that have to be there. Default: the one of its kind. */
  readonly uses?: (kind: Kind) => readonly BrokerName[];
  /** Brokers that it takes from all other rows while it is played. Default: none. */
  readonly takes?: (kind: Kind) => readonly BrokerName[];
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
