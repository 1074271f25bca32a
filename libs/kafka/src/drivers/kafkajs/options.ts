// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- an error only where kafkajs is absent, so nothing to expect here
/** @ts-ignore Without kafkajs, which only a transport needs and not a channel, its types are `any`. */
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { ThroughlineError } from '#base';

/** Options for connecting to Kafka through kafkajs. */
export interface KafkaJsOptions {
  /** The addresses (`host:port`) of some of the brokers. kafkajs learns about the others from them. */
  readonly brokers: readonly string[];
  /** The name of this process in the broker's logs and quotas. Default: `throughline`. */
  readonly clientId?: string;
  /** `true`, or the options of Node's `tls.connect`. Default: no TLS. */
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
  /** How soon new partitions and moved leaders are noticed, in milliseconds. Default: 30,000. */
  readonly metadataMaxAge?: number;
}

export type KafkaJsSettings = Readonly<
  Required<Omit<KafkaJsOptions, 'ssl' | 'sasl'>> & Pick<KafkaJsOptions, 'ssl' | 'sasl'>
>;

export function readOptions(options: KafkaJsOptions): KafkaJsSettings {
  if (options.brokers.length === 0) {
    throw invalid('no broker is set. Set at least one as host:port.');
  }
  for (const broker of options.brokers) addressOf(broker);
  return {
    ...options,
    clientId: options.clientId ?? 'throughline',
    connectionTimeout: milliseconds('connectionTimeout', options.connectionTimeout, 3_000),
    requestTimeout: milliseconds('requestTimeout', options.requestTimeout, 10_000),
    sendTimeout: milliseconds('sendTimeout', options.sendTimeout, 10_000),
    revokeTimeout: milliseconds('revokeTimeout', options.revokeTimeout, 10_000),
    metadataMaxAge: milliseconds('metadataMaxAge', options.metadataMaxAge, 30_000),
  };
}

/** kafkajs treats everything before the first colon as the host, so use a host name instead of an IPv6 address. */
export function addressOf(broker: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^([^:\s]+):(\d{1,5})$/.exec(broker) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    throw invalid(
      `"${broker}" is not a valid broker address. Write host:port, such as localhost:9092.`,
    );
  }
  return { host, port: Number(port) };
}

function milliseconds(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (Number.isFinite(value) && value > 0) return value;
  throw invalid(`${name} must be a positive number of milliseconds, but is ${value}.`);
}

function invalid(reason: string): ThroughlineError {
  return new ThroughlineError('TL_KAFKA_OPTIONS_INVALID', `kafkaJs(): ${reason}`);
}
