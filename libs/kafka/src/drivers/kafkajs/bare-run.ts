import type { ConsumerRunConfig } from 'kafkajs';

interface Run {
  (config?: ConsumerRunConfig): Promise<void>;
  readonly __original?: Run;
}

/** A kafkajs consumer, as far as it is of interest here. */
export interface Runner {
  run: Run;
}

/** Elastic's agent leaves the way back on what it has wrapped, under a symbol that has only a description. */
function unwrapElastic(consumer: Runner): void {
  const symbol = Object.getOwnPropertySymbols(consumer.run).find(
    ({ description }) => description === 'ElasticAPMUnwrap',
  );
  const unwrap: unknown = symbol && Reflect.get(consumer.run, symbol);
  if (typeof unwrap === 'function') Reflect.apply(unwrap, consumer, []);
}

/**
 * Takes off what tracing agents have put around a consumer's `run`: Elastic's, and OpenTelemetry's with EDOT. They would open a
 * second transaction for every fetched batch, in a trace of its own, and cannot be kept out otherwise.
 */
export function bareRun(consumer: Runner): void {
  unwrapElastic(consumer);
  let run: Run = consumer.run;
  while (run.__original !== undefined) run = run.__original;
  consumer.run = run;
}
