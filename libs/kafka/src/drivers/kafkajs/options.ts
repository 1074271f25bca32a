// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- an error only where kafkajs is absent, so nothing to expect here
/** @ts-ignore Without kafkajs, which only a transport needs and not a channel, its types are `any`. */
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { assertOptions, rule, type RulesFor } from '#base';
import { CONNECTION_RULES } from '../connection-rules.js';

/** Options for connecting to Kafka through kafkajs. */
export interface KafkaJsOptions {
  /** The addresses (`host:port`) of some of the brokers. kafkajs learns about the others from them. */
  readonly brokers: readonly string[];
  /** The name of this process in the broker's logs and quotas. Default: `throughline`. */
  readonly clientId?: string;
  /** Whether connections use TLS: `true`, or the options of Node's `tls.connect`. Default: no TLS. */
  readonly ssl?: NonNullable<KafkaConfig['ssl']>;
  readonly sasl?: SASLOptions;
  /** How long one connection attempt may take, in milliseconds. Default: 3,000. */
  readonly connectionTimeout?: number;
  /** How long one request may take, in milliseconds. Default: 10,000. */
  readonly requestTimeout?: number;
  /**
   * How long sending a record is retried, in milliseconds. After that, the send fails, and the record is never written. Default:
   * 10,000.
   */
  readonly sendTimeout?: number;
  /** How long a rebalance waits for `revoking`, in milliseconds. Default: 10,000. */
  readonly revokeTimeout?: number;
  /** How long it may take until new partitions and moved leaders are noticed, in milliseconds. Default: 30,000. */
  readonly metadataMaxAge?: number;
}

export type KafkaJsSettings = Readonly<
  Required<Omit<KafkaJsOptions, 'ssl' | 'sasl'>> & Pick<KafkaJsOptions, 'ssl' | 'sasl'>
>;

const time = rule.positive('milliseconds');

const RULES: RulesFor<KafkaJsOptions> = {
  ...CONNECTION_RULES,
  brokers: rule.required(CONNECTION_RULES.brokers),
  clientId: rule.text,
  connectionTimeout: time,
  requestTimeout: time,
  sendTimeout: time,
  revokeTimeout: time,
  metadataMaxAge: time,
};

/** @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN` */
export function readOptions(options: KafkaJsOptions): KafkaJsSettings {
  assertOptions('kafkaJs()', options, RULES);
  return {
    ...options,
    clientId: options.clientId ?? 'throughline',
    connectionTimeout: options.connectionTimeout ?? 3_000,
    requestTimeout: options.requestTimeout ?? 10_000,
    sendTimeout: options.sendTimeout ?? 10_000,
    revokeTimeout: options.revokeTimeout ?? 10_000,
    metadataMaxAge: options.metadataMaxAge ?? 30_000,
  };
}
