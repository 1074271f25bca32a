import { z } from 'zod';

const ROLES = ['api', 'processor', 'audit'] as const;

const TRACERS = ['elastic', 'opentelemetry', 'none'] as const;

/** A role of a process of the order service. */
export type Role = (typeof ROLES)[number];

const roles = z
  .string()
  .default(ROLES.join(','))
  .transform((list) => list.split(',').map((role) => role.trim()))
  .pipe(z.array(z.enum(ROLES, { error: `must be a list of ${ROLES.join(', ')}` })));

const name = (otherwise: string): z.ZodDefault<z.ZodString> =>
  z.string().min(1, 'must not be empty').default(otherwise);

const Environment = z.object({
  ROLES: roles,
  BROKERS: z.literal('embedded', { error: 'must be "embedded" or not set' }).optional(),
  KAFKA_BROKERS: z
    .string()
    .transform((list) => list.split(',').map((broker) => broker.trim()))
    .pipe(z.array(z.string().regex(/^[^:\s]+:\d+$/, 'must be a list of host:port')))
    .optional(),
  ORDER_QUEUE: name('my-order-queue'),
  ORDER_TOPIC: name('order_events'),
  CREATE_MISSING: z.enum(['true', 'false'], { error: 'must be true or false' }).default('false'),
  PORT: z.coerce.number({ error: 'must be a port' }).int().min(0).max(65_535).default(3_000),
  TRACER: z.enum(TRACERS, { error: 'must be elastic, opentelemetry or none' }).default('elastic'),
});

type Env = Readonly<Record<string, string | undefined>>;

/** The checked settings from the environment. */
export interface Settings {
  readonly roles: ReadonlySet<Role>;
  readonly brokers: 'embedded' | 'real';
  readonly kafkaBrokers: readonly string[];
  readonly queue: string;
  readonly topic: string;
  readonly createMissing: boolean;
  readonly port: number;
  readonly servesHttp: boolean;
  readonly tracer: (typeof TRACERS)[number];
  /**
   * The name of the service in traces. It is `order-service`, or, in a process with only one role, a name such as `order-api`.
   */
  readonly serviceName: string;
}

const saysWhereSqsIs = (env: Env): boolean =>
  Object.keys(env).some((key) => /^AWS_(REGION|DEFAULT_REGION|PROFILE|ENDPOINT_URL.*)$/.test(key));

const isRegionKnown = (env: Env): boolean =>
  ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE'].some((key) => env[key] !== undefined);

/** Returns an error for each combination of settings that is not allowed. */
function contradictions(env: Env, wanted: ReadonlySet<Role>, isEmbedded: boolean): string[] {
  if (isEmbedded) {
    return wanted.size === ROLES.length
      ? []
      : [
          'ROLES: embedded brokers exist only in one process, so this process needs all roles. Remove ROLES.',
        ];
  }
  const mistakes: string[] = [];
  const needsSqs = wanted.has('api') || wanted.has('processor');
  const needsKafka = wanted.has('processor') || wanted.has('audit');
  if (needsKafka && env.KAFKA_BROKERS === undefined) {
    mistakes.push(
      'KAFKA_BROKERS: required to connect to Kafka. Set it to host:port, or set BROKERS=embedded to run without brokers.',
    );
  }
  if (needsSqs && !saysWhereSqsIs(env)) {
    mistakes.push(
      'AWS_REGION: required to connect to SQS. Set it, or set BROKERS=embedded to run without brokers.',
    );
  } else if (needsSqs && !isRegionKnown(env)) {
    mistakes.push(
      'AWS_REGION: the AWS SDK needs a region in addition to the endpoint. For a local endpoint, set us-east-1.',
    );
  }
  return mistakes;
}

const isUnconfigured = (env: Env): boolean =>
  env.KAFKA_BROKERS === undefined && !saysWhereSqsIs(env) && env.NODE_ENV !== 'production';

const nameOf = (wanted: ReadonlySet<Role>): string => {
  const [first, ...others] = wanted;
  return first !== undefined && others.length === 0 ? `order-${first}` : 'order-service';
};

/** The result of reading the environment: the settings, or one line for each error. */
export type Reading = { readonly settings: Settings } | { readonly mistakes: readonly string[] };

/** Reads and checks the environment. */
export function readSettings(env: Env): Reading {
  const { success, data, error } = Environment.safeParse(env);
  if (!success) {
    const lines = error.issues.map(({ path, message }) => `${String(path[0])}: ${message}.`);
    return { mistakes: [...new Set(lines)] };
  }
  const wanted = new Set(data.ROLES);
  const isEmbedded = data.BROKERS === 'embedded' || isUnconfigured(env);
  const mistakes = contradictions(env, wanted, isEmbedded);
  if (mistakes.length > 0) return { mistakes };
  return {
    settings: {
      roles: wanted,
      brokers: isEmbedded ? 'embedded' : 'real',
      kafkaBrokers: data.KAFKA_BROKERS ?? [],
      queue: data.ORDER_QUEUE,
      topic: data.ORDER_TOPIC,
      createMissing: isEmbedded || data.CREATE_MISSING === 'true',
      port: data.PORT,
      servesHttp: wanted.has('api') || wanted.has('audit'),
      tracer: data.TRACER,
      serviceName: nameOf(wanted),
    },
  };
}

/** Returns the settings. If they are invalid, prints each error and exits the process. */
export function settingsOrExit(env: Env): Settings {
  const reading = readSettings(env);
  if ('settings' in reading) return reading.settings;
  console.error(
    `The order service cannot start:\n${reading.mistakes.map((line) => `  ${line}`).join('\n')}`,
  );
  process.exit(1);
}
