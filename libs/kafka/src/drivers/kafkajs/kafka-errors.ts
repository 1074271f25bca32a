import { reasonOf, ThroughlineError } from 'throughline';

/** What kafkajs's errors carry; the broker's own word is `type`. */
interface ClientError extends Error {
  readonly type?: string;
  /** Several topics in one request fail each for its own reason. */
  readonly errors?: readonly unknown[];
}

const codes = {
  UNKNOWN_TOPIC_OR_PARTITION: 'TL_KAFKA_TOPIC_MISSING',
  INVALID_TOPIC_EXCEPTION: 'TL_KAFKA_TOPIC_INVALID',
  TOPIC_AUTHORIZATION_FAILED: 'TL_KAFKA_DENIED',
  GROUP_AUTHORIZATION_FAILED: 'TL_KAFKA_DENIED',
  CLUSTER_AUTHORIZATION_FAILED: 'TL_KAFKA_DENIED',
  SASL_AUTHENTICATION_FAILED: 'TL_KAFKA_DENIED',
  UNSUPPORTED_SASL_MECHANISM: 'TL_KAFKA_DENIED',
  MESSAGE_TOO_LARGE: 'TL_KAFKA_MESSAGE_TOO_LARGE',
  RECORD_LIST_TOO_LARGE: 'TL_KAFKA_MESSAGE_TOO_LARGE',
  OFFSET_METADATA_TOO_LARGE: 'TL_KAFKA_METADATA_TOO_LARGE',
  INCONSISTENT_GROUP_PROTOCOL: 'TL_KAFKA_GROUP_INCONSISTENT',
  INVALID_GROUP_ID: 'TL_KAFKA_GROUP_INVALID',
  INVALID_SESSION_TIMEOUT: 'TL_KAFKA_OPTIONS_INVALID',
  UNKNOWN_MEMBER_ID: 'TL_KAFKA_COMMIT_FENCED',
  ILLEGAL_GENERATION: 'TL_KAFKA_COMMIT_FENCED',
  REBALANCE_IN_PROGRESS: 'TL_KAFKA_COMMIT_FENCED',
  FENCED_INSTANCE_ID: 'TL_KAFKA_COMMIT_FENCED',
} as const satisfies Record<string, `TL_${string}`>;

/** The broker's own word for the error, looked for down the chain of causes. */
export function brokerWord(error: unknown): string | undefined {
  for (let at = error; at instanceof Error;) {
    const { type, errors }: ClientError = at;
    if (type !== undefined) return type;
    if (at.name === 'KafkaJSSASLAuthenticationError') return 'SASL_AUTHENTICATION_FAILED';
    at = errors?.[0] ?? at.cause;
  }
  return undefined;
}

/** Whether no waiting can help: the topic, the group, the rights or the settings are wrong. */
export function isHopeless(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && code !== 'TL_KAFKA_COMMIT_FENCED';
}

/** The error in our words. What has no code of its own says that the broker is away or does not answer. */
export function toKafkaError(error: unknown, doing: string): ThroughlineError {
  if (error instanceof ThroughlineError) return error;
  const code = codeOf(error) ?? 'TL_KAFKA_UNAVAILABLE';
  return new ThroughlineError(code, `${doing} failed: ${reasonOf(error)}`, { cause: error });
}

export function unavailable(doing: string, cause?: unknown): ThroughlineError {
  const why = cause === undefined ? '' : `: ${reasonOf(cause)}`;
  return new ThroughlineError(
    'TL_KAFKA_UNAVAILABLE',
    `${doing}: Kafka did not answer in time${why}. Check that the brokers run and can be reached.`,
    { cause },
  );
}

export function closed(what: string): ThroughlineError {
  return new ThroughlineError('TL_KAFKA_CLOSED', `The Kafka ${what} is closed.`);
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(reasonOf(thrown));
}

function codeOf(error: unknown): (typeof codes)[keyof typeof codes] | undefined {
  const word = brokerWord(error);
  return word !== undefined && Object.hasOwn(codes, word)
    ? codes[word as keyof typeof codes]
    : undefined;
}
