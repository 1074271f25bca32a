import type { Agent } from 'elastic-apm-node';
import { rule, type RulesFor } from '#base';

/** Options of {@link elastic}. Configure the agent itself with `ELASTIC_APM_*` or `elastic-apm-node.cjs`. */
export interface ElasticOptions {
  /**
   * The Elastic agent. Default: the export of the package `elastic-apm-node`. Pass the agent if two copies of the package are
   * installed.
   */
  readonly agent?: Agent;
  /** Called once for each kind of warning. By default, Nest's logger writes the warnings. */
  readonly warn?: (message: string) => void;
  /**
   * Determines which kind of transaction is opened for a message whose sender did not sample its trace. Messages without a trace
   * context are not affected.
   *
   * `full` (default): a transaction of the agent, which drops it when it ends.
   *
   * `non-recording`: a transaction that records nothing, at less than half the cost (3 us instead of 8, measured with 4.18).
   * Published messages and HTTP requests still carry the sampling decision, logs have ids, and errors are reported. But an APM
   * Server before 8.0 does not count the message, links are dropped, and what you set on the transaction is ignored. Choose
   * `non-recording` if most messages come from traces that are not sampled.
   */
  readonly unsampled?: 'full' | 'non-recording';
}

export const ELASTIC_RULES: RulesFor<ElasticOptions> = {
  agent: rule.object,
  warn: rule.fn,
  unsampled: rule.oneOf('full', 'non-recording'),
};

/**
 * Logs a warning with Nest's logger. Nest is loaded only when there is a warning: `elasticDefaults` is imported before the agent
 * starts, and the agent must start before other modules are loaded.
 */
export const warnThroughNest = (message: string): void => {
  void import('@nestjs/common').then(({ Logger }) => {
    new Logger('ElasticTracer').warn(message);
  });
};
