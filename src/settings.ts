import { z } from 'zod';

const ROLES = ['api', 'processor', 'audit'] as const;

const TRACERS = ['elastic', 'opentelemetry', 'none'] as const;

/** What a process of this program does. */
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
  BROKERS: z.literal('embedded', { error: 'can only be "embedded", or left out' }).optional(),
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

/** What the environment says, checked. */
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
  /** What traces show: `order-service`, or `order-api` where that is all that it is. */
  readonly serviceName: string;
}

const saysWhereSqsIs = (env: Env): boolean =>
  Object.keys(env).some((key) => /^AWS_(REGION|DEFAULT_REGION|PROFILE|ENDPOINT_URL.*)$/.test(key));

const isRegionKnown = (env: Env): boolean =>
  ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE'].some((key) => env[key] !== undefined);

/** Mistakes that no setting makes by itself. */
function contradictions(env: Env, wanted: ReadonlySet<Role>, isEmbedded: boolean): string[] {
  if (isEmbedded) {
    return wanted.size === ROLES.length
      ? []
      : ['ROLES: embedded brokers live in one process, so it has to have all roles; leave it out.'];
  }
  const mistakes: string[] = [];
  const needsSqs = wanted.has('api') || wanted.has('processor');
  const needsKafka = wanted.has('processor') || wanted.has('audit');
  if (needsKafka && env.KAFKA_BROKERS === undefined) {
    mistakes.push(
      'KAFKA_BROKERS: nothing says where Kafka is; set it to host:port, or BROKERS=embedded for a try.',
    );
  }
  if (needsSqs && !saysWhereSqsIs(env)) {
    mistakes.push('AWS_REGION: nothing says where SQS is; set it, or BROKERS=embedded for a try.');
  } else if (needsSqs && !isRegionKnown(env)) {
    mistakes.push(
      'AWS_REGION: the AWS SDK needs a region beside an endpoint; us-east-1 will do for a local one.',
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

/** What was read, or every mistake in a line of its own. */
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

/** The settings; where they are wrong, tells each mistake and ends the process. */
export function settingsOrExit(env: Env): Settings {
  const reading = readSettings(env);
  if ('settings' in reading) return reading.settings;
  console.error(
    `The order service cannot start:\n${reading.mistakes.map((line) => `  ${line}`).join('\n')}`,
  );
  process.exit(1);
}
