// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- an error only where kafkajs is absent, so nothing to expect here
/** @ts-ignore Without kafkajs, which only a transport needs and not a channel, its types are `any`. */
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { assertOptions, isRecord, rule, type OptionRule, type RulesFor } from '#base';
import { assertTls, CONNECTION_RULES } from '../connection-rules.js';
import { FirstContact } from '../contact/first-contact.js';

/** Options for connecting to Kafka through kafkajs. */
export interface KafkaJsOptions {
  /** The addresses (`host:port`) of some of the brokers. kafkajs learns about the others from them. */
  readonly brokers: readonly string[];
  /** The name of this process in the broker's logs and quotas. Default: `throughline`. */
  readonly clientId?: string;
  /** Whether connections use TLS: `true`, or the options of Node's `tls.connect`. Default: no TLS. */
  readonly ssl?: NonNullable<KafkaConfig['ssl']>;
  /**
   * How this process logs in, as kafkajs spells it. `oauthBearerProvider` has three quarters of `connectionTimeout` to return a token.
   * It is called for each connection, and before a session ends. If it throws or takes longer, that counts as an outage, and it is
   * called again.
   */
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
  Required<Omit<KafkaJsOptions, 'ssl' | 'sasl'>> &
    Pick<KafkaJsOptions, 'ssl' | 'sasl'> & { contact: FirstContact }
>;

/** The options that each mechanism needs. kafkajs compares their names without case. */
const NEEDED: ReadonlyMap<string, readonly string[]> = new Map([
  ['plain', ['username', 'password']],
  ['scram-sha-256', ['username', 'password']],
  ['scram-sha-512', ['username', 'password']],
  ['oauthbearer', ['oauthBearerProvider']],
  ['aws', ['authorizationIdentity', 'accessKeyId', 'secretAccessKey']],
]);

const needsOf = (mechanism: unknown): readonly string[] | undefined =>
  typeof mechanism === 'string' ? NEEDED.get(mechanism.toLowerCase()) : undefined;

const SASL: OptionRule = {
  ...rule.nested(
    {
      mechanism: rule.required({
        expected: "'plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer' or 'aws'",
        accepts: (value) => needsOf(value) !== undefined,
      }),
      username: rule.text,
      password: rule.text,
      oauthBearerProvider: rule.fn,
      authorizationIdentity: rule.text,
      accessKeyId: rule.text,
      secretAccessKey: rule.text,
      sessionToken: rule.text,
    },
    'a mechanism with a username and a password, or oauthbearer with an oauthBearerProvider',
  ),
  accepts: (value) =>
    isRecord(value) && (needsOf(value.mechanism) ?? []).every((name) => name in value),
};

const time = rule.positive('milliseconds');

const RULES: RulesFor<KafkaJsOptions> = {
  ...CONNECTION_RULES,
  brokers: rule.required(CONNECTION_RULES.brokers),
  sasl: SASL,
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
  const { brokers, ssl, sasl, connectionTimeout = 3_000 } = options;
  assertTls('kafkaJs()', ssl);
  const mechanism = sasl?.mechanism.toUpperCase();
  return {
    ...options,
    contact: new FirstContact({ brokers, ssl, mechanism, connectionTimeout }),
    clientId: options.clientId ?? 'throughline',
    connectionTimeout,
    requestTimeout: options.requestTimeout ?? 10_000,
    sendTimeout: options.sendTimeout ?? 10_000,
    revokeTimeout: options.revokeTimeout ?? 10_000,
    metadataMaxAge: options.metadataMaxAge ?? 30_000,
  };
}
