import { assertOptions, isRecord, readDuration, rule, type OptionRule, type RulesFor } from '#base';
import { anyJson, TRANSPORT_RULES, type Transport } from 'throughline/transport';
import { queue, SQS_SYSTEM } from './channel.js';
import type { SqsOptions } from './options.js';

const LONGEST_WAIT = 20_000;

const waitTime: OptionRule = {
  expected: "a duration with a unit, such as '10s', and 20s at most, the limit of SQS",
  accepts: (value) => rule.duration.accepts(value) && readDuration(value) <= LONGEST_WAIT,
};

const RULES: RulesFor<SqsOptions> = {
  ...TRANSPORT_RULES,
  queues: rule.recordOf(rule.text),
  waitTime,
  createMissing: rule.flag,
  client: rule.object,
};

/**
 * Creates the transport for Amazon SQS. It polls on demand with long polls, extends visibility timeouts while handlers run, and
 * deletes and sends messages in batches. The AWS SDK is loaded when the application starts, not when you call this function.
 * Invalid options make startup fail with `TL_OPTION_INVALID` or `TL_OPTION_UNKNOWN`.
 *
 * @example
 * ThroughlineModule.forRoot({ name: 'order-service', transports: [sqs({ queues: { 'my-order-queue': 'prod-orders' } })] })
 */
export function sqs(options: SqsOptions = {}): Transport {
  const { name: transport, nestPatterns }: SqsOptions = isRecord(options) ? options : {};
  return {
    name: transport,
    systems: [SQS_SYSTEM.name],
    nestPatterns,
    channelOf: (name) =>
      queue(name, {
        schema: anyJson,
        ...(transport !== undefined && { transport }),
      }),
    open: async (context) => {
      assertOptions('sqs()', options, RULES);
      const { SqsConnection } = await import('./connection.js');
      return new SqsConnection(options, context);
    },
  };
}
