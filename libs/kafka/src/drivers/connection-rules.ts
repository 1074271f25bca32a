import { createSecureContext, type ConnectionOptions as TlsOptions } from 'node:tls';
import { reasonOf, rule, ThroughlineError, type OptionRule, type RulesFor } from '#base';

/** The options that every driver needs to find its brokers. */
interface ConnectionOptions {
  readonly brokers?: unknown;
  readonly ssl?: unknown;
  readonly sasl?: unknown;
}

/**
 * Parses the address of a broker. IPv6 addresses are not accepted, because kafkajs takes everything before the first colon for the
 * host. Use a host name instead.
 */
export function addressOf(
  broker: string,
): { readonly host: string; readonly port: number } | undefined {
  const [, host, port] = /^([^:\s]+):(\d{1,5})$/.exec(broker) ?? [];
  const isPort = Number(port) >= 1 && Number(port) <= 65_535;
  return host !== undefined && isPort ? { host, port: Number(port) } : undefined;
}

const brokerAddress: OptionRule = {
  expected: 'the address of a broker as host:port, such as localhost:9092',
  accepts: (value) => typeof value === 'string' && addressOf(value) !== undefined,
};

/**
 * Checks that Node can use the TLS options: that it can read the certificates and the key, and that they belong together.
 * Otherwise, every connection would fail.
 *
 * @param where the name of the driver in the error message, such as `kafkaJs()`
 * @throws ThroughlineError `TL_OPTION_INVALID`
 */
export function assertTls(where: string, ssl: boolean | TlsOptions | undefined): void {
  if (typeof ssl !== 'object') return;
  try {
    createSecureContext(ssl);
  } catch (error) {
    // The error has no cause, because the cause may show the options, and the private key with them.
    throw new ThroughlineError(
      'TL_OPTION_INVALID',
      `The option ssl of ${where} cannot be used: ${reasonOf(error)}. Give the certificates and the private key as PEM (ca, cert, key), or as PKCS #12 (pfx, passphrase).`,
    );
  }
}

/** The rules for the options that `kafka()` passes on to the default driver. */
export const CONNECTION_RULES: RulesFor<ConnectionOptions> = {
  brokers: rule.filledListOf(brokerAddress),
  ssl: {
    expected: 'true, false or the options of tls.connect',
    accepts: (value) => typeof value === 'boolean' || rule.object.accepts(value),
  },
  sasl: rule.object,
};
