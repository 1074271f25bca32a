import type { TransportFeatures } from './contract.js';
import type { Stage } from './stage.js';

/** Whom a play is for, and what it is played on. */
export interface PlayWish {
  /** Only for transports that can do this. Default: for all. */
  readonly needs?: (features: TransportFeatures) => boolean;
  readonly partitions?: number;
}

/** One test of the suite. */
export interface Play extends PlayWish {
  readonly title: string;
  readonly act: (stage: Stage) => Promise<void>;
}

export const play = (title: string, act: Play['act'], wish: PlayWish = {}): Play => ({
  title,
  act,
  ...wish,
});
