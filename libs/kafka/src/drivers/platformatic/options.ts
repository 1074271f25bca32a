import type { ConnectionOptions } from 'node:tls';
import { assertOptions, rule, type OptionRule, type RulesFor } from '#base';

import { assertTls, CONNECTION_RULES } from '../connection-rules.js';
import { FirstContact } from '../contact/first-contact.js';

/** How this process authenticates itself to Kafka. */
export type PlatformaticSasl =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
      readonly username: string;
      readonly password: string;
    }
  | {
      readonly mechanism: 'OAUTHBEARER';
      /**
       * The token, or a function that returns one within three quarters of `connectionTimeout`. It is called for each connection,
       * and before a session ends. If it throws or takes longer, that counts as an outage, and it is called again.
       */
      readonly token: string | (() => string | Promise<string>);
      /** SASL extensions by name. */
      readonly extensions?: Readonly<Record<string, string>>;
    };

/** Options for connecting to Kafka through @platformatic/kafka. */
export interface PlatformaticOptions {
  /** The addresses (`host:port`) of some of the brokers. The driver learns about the others from them. */
  readonly brokers: readonly string[];
  /** The name of this process in the broker's logs and quotas. Default: `throughline`. */
  readonly clientId?: string;
  /** `true`, or the options of Node's `tls.connect`. Default: no TLS. */
  readonly ssl?: boolean | ConnectionOptions;
  readonly sasl?: PlatformaticSasl;
  /** How long one connection attempt may take, in milliseconds. Default: 3,000. */
  readonly connectionTimeout?: number;
  /** How long one request may take, in milliseconds. Default: 10,000. */
  readonly requestTimeout?: number;
  /**
   * How long sending a record is retried, in milliseconds. After that, the send fails. Default: 10,000.
   */
  readonly sendTimeout?: number;
  /** How long a rebalance waits for `revoking`, in milliseconds. Default: 10,000. */
  readonly revokeTimeout?: number;
  /** How long it may take until new partitions and moved leaders are noticed, in milliseconds. Default: 30,000. */
  readonly metadataMaxAge?: number;
  /**
   * A name for this process, unique among the members of its groups (Kafka's `group.instance.id`). A member that returns with the
   * same name within the session timeout gets its partitions back, without a rebalance.
   */
  readonly instanceId?: string;
}

type Optional = 'ssl' | 'sasl' | 'instanceId';

export type PlatformaticSettings = Readonly<
  Required<Omit<PlatformaticOptions, Optional>> &
    Pick<PlatformaticOptions, Optional> & { contact: FirstContact }
>;

const SASL: OptionRule = {
  ...rule.nested(
    {
      mechanism: rule.required(
        rule.oneOf('PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'),
      ),
      username: rule.text,
      password: rule.text,
      token: {
        expected: 'a non-empty string or a function',
        accepts: (value) => rule.text.accepts(value) || rule.fn.accepts(value),
      },
      extensions: rule.recordOf(rule.text),
    },
    'a mechanism with a username and a password, or OAUTHBEARER with a token',
  ),
  accepts: isSasl,
};

const time = rule.positive('milliseconds');

const RULES: RulesFor<PlatformaticOptions> = {
  brokers: rule.required(CONNECTION_RULES.brokers),
  clientId: rule.text,
  ssl: CONNECTION_RULES.ssl,
  sasl: SASL,
  connectionTimeout: time,
  requestTimeout: time,
  sendTimeout: time,
  revokeTimeout: time,
  metadataMaxAge: time,
  instanceId: rule.text,
};

/** @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN` */
export function readOptions(options: PlatformaticOptions): PlatformaticSettings {
  assertOptions('platformatic()', options, RULES);
  const { brokers, ssl, sasl, connectionTimeout = 3_000 } = options;
  assertTls('platformatic()', ssl);
  return {
    ...options,
    contact: new FirstContact({ brokers, ssl, mechanism: sasl?.mechanism, connectionTimeout }),
    clientId: options.clientId ?? 'throughline',
    connectionTimeout,
    requestTimeout: options.requestTimeout ?? 10_000,
    sendTimeout: options.sendTimeout ?? 10_000,
    revokeTimeout: options.revokeTimeout ?? 10_000,
    metadataMaxAge: options.metadataMaxAge ?? 30_000,
  };
}

/** Whether the credentials fit the mechanism. Values of the wrong type are reported by the rule for their option. */
function isSasl(value: unknown): boolean {
  if (!rule.object.accepts(value) || typeof value !== 'object' || value === null) return false;
  const has = (name: string): boolean => name in value;
  const isToken = 'mechanism' in value && value.mechanism === 'OAUTHBEARER';
  return isToken ? has('token') : has('username') && has('password');
}
