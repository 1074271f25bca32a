import { rule, type OptionRule, type RulesFor } from '#base';

/** The options that every driver needs to find its brokers. */
interface ConnectionOptions {
  readonly brokers?: unknown;
  readonly ssl?: unknown;
  readonly sasl?: unknown;
}

/**
 * Parses the address of a broker. kafkajs takes everything before the first colon for the host, so an IPv6 address needs a host
 * name.
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

/** The rules for the options that `kafka()` passes on to the default driver. */
export const CONNECTION_RULES: RulesFor<ConnectionOptions> = {
  brokers: rule.filledListOf(brokerAddress),
  ssl: {
    expected: 'true, false or the options of tls.connect',
    accepts: (value) => typeof value === 'boolean' || rule.object.accepts(value),
  },
  sasl: rule.object,
};
