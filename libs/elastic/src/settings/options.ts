import type { Agent } from 'elastic-apm-node';

/** Settings of {@link elastic}. The agent itself is configured by its own means: `ELASTIC_APM_*`, `elastic-apm-node.cjs`. */
export interface ElasticOptions {
  /** The agent; by default the one that `elastic-apm-node` gives. Choose it where two copies of the package are installed. */
  readonly agent?: Agent;
  /** Where a warning goes, each told once; by default Nest's logger. */
  readonly warn?: (message: string) => void;
  /**
   * What is made of a message whose sender's trace is not sampled. `full` (default): a transaction of the agent's, which it drops
   * at its end. `lean`: a stand-in at less than half of its cost (3 us instead of 8, measured with 4.18); the decision goes on to what is
   * published and asked by HTTP, logs have ids, and errors are reported, all as before. What it gives up: an APM Server before 8.0
   * does not get to know of the message, links are not kept, and what you set on the transaction goes nowhere. Choose it where most
   * messages come from traces that are not sampled. Messages without a context are not affected.
   */
  readonly unsampled?: 'full' | 'lean';
}

/** Nest is loaded when there is something to tell: `elasticDefaults` is imported before the agent starts, and nothing else may be. */
export const warnThroughNest = (message: string): void => {
  void import('@nestjs/common').then(({ Logger }) => {
    new Logger('ElasticTracer').warn(message);
  });
};
