import type { Agent } from 'elastic-apm-node';

/** Options of {@link elastic}. Configure the agent itself by its own means: `ELASTIC_APM_*`, `elastic-apm-node.cjs`. */
export interface ElasticOptions {
  /** Default: what the package `elastic-apm-node` exports. Pass the agent if two copies of the package are installed. */
  readonly agent?: Agent;
  /** Called with each warning once. Default: Nest's logger. */
  readonly warn?: (message: string) => void;
  /**
   * What is opened for a message whose sender's trace is not sampled. `full` (default): a transaction of the agent, which drops it at
   * its end. `non-recording`: a transaction that records nothing, at less than half the cost (3 us instead of 8, measured with
   * 4.18). Published messages and HTTP requests still carry the sampling decision, logs have ids, and errors are reported. But an
   * APM Server before 8.0 does not count the message, links are dropped, and what you set on the transaction is ignored. Choose it
   * if most messages come from traces that are not sampled. Messages without a context are not affected.
   */
  readonly unsampled?: 'full' | 'non-recording';
}

/** Nest is loaded only for a warning: `elasticDefaults` is imported before the agent starts. */
export const warnThroughNest = (message: string): void => {
  void import('@nestjs/common').then(({ Logger }) => {
    new Logger('ElasticTracer').warn(message);
  });
};
