import { Logger } from '@nestjs/common';
import type { Agent } from 'elastic-apm-node';

/** Settings of {@link elastic}. The agent itself is configured by its own means: `ELASTIC_APM_*`, `elastic-apm-node.cjs`. */
export interface ElasticOptions {
  /** The agent; by default the one that `elastic-apm-node` gives. Choose it where two copies of the package are installed. */
  readonly agent?: Agent;
  /** Where a warning goes, each told once; by default Nest's logger. */
  readonly warn?: (message: string) => void;
}

const logger = new Logger('ElasticTracer');

export const warnThroughNest = (message: string): void => {
  logger.warn(message);
};
