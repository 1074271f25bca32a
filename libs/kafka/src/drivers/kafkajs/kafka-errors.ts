import { sentenceOf, ThroughlineError, type ErrorClass } from '#base';

import { brokerError, type BrokerError } from '../../errors/broker-errors.js';
import { fromBrokerAnswer, TokenRefused } from '../driver-errors.js';
import { missingCodecIn } from './internals/codecs.js';

export { asError, closed, unavailable } from '../driver-errors.js';

/** The properties of kafkajs's errors. */
interface ClientError extends Error {
  /** The name that kafkajs uses for a broker's error. Some names differ from Kafka's. */
  readonly type?: string;
  /** The error code of the broker, or, for a connection error, the code of the system call. */
  readonly code?: unknown;
  /** The errors of a request for several topics, which may fail for different reasons. */
  readonly errors?: readonly unknown[];
}

/** The code that kafkajs uses for error codes above 88, which it does not know. It writes the real code into the message. */
const unknownToKafkaJs = -99;
const UNSUPPORTED_VERSION = 35;
const SASL_AUTHENTICATION_FAILED = 58;

/**
 * Matches how kafkajs reports a connection that was lost during the login (broker/saslAuthenticator). In this case, the broker did
 * not refuse the login.
 */
const lostWhileLoggingIn =
  /: (Closed connection|Connection |Request .* timed out|Not connected|The Kafka client is closed)/;

/**
 * Returns the broker's response, which is found by following the causes of the error. `undefined` if the broker has not responded.
 */
export function brokerAnswer(error: unknown): BrokerError | undefined {
  for (let at = error; at instanceof Error;) {
    if (at instanceof ThroughlineError) return undefined;
    const { type, code, errors, cause }: ClientError = at;
    if (at.name === 'KafkaJSSASLAuthenticationError') {
      return lostWhileLoggingIn.test(at.message)
        ? undefined
        : brokerError(SASL_AUTHENTICATION_FAILED);
    }
    if (at instanceof TokenRefused) return brokerError(SASL_AUTHENTICATION_FAILED);
    if (at.name === 'KafkaJSServerDoesNotSupportApiKey') return brokerError(UNSUPPORTED_VERSION);
    if (type !== undefined && typeof code === 'number') return brokerError(numberOf(code, at));
    at = errors?.[0] ?? cause;
  }
  return undefined;
}

/** Whether the broker refuses the credentials. */
export const isLoginRefused = (error: unknown): boolean =>
  brokerAnswer(error)?.code === SASL_AUTHENTICATION_FAILED;

/** Returns Kafka's name for the error in the broker's response. */
export const answerName = (error: unknown): string | undefined => brokerAnswer(error)?.name;

/**
 * Whether the error makes a start fail: the topic, the group, the permissions or the settings are wrong, and the error says which.
 */
export const isConfigurationError = (error: unknown): boolean => {
  const { code, errorClass } = toKafkaError(error, '');
  return errorClass === 'blocked' && code !== 'TL_KAFKA_BLOCKED';
};

/**
 * Converts and classifies a kafkajs error. Without a response from the broker, the error counts as an outage, even if it is an
 * exception in the client.
 *
 * @param missing the error class for a missing topic. It varies, because a broker may not know a new topic yet.
 */
export function toKafkaError(
  error: unknown,
  doing: string,
  missing: ErrorClass = 'blocked',
): ThroughlineError {
  const own = ownError(error);
  if (own !== undefined) return own;
  const answer = brokerAnswer(error);
  if (answer !== undefined) return fromBrokerAnswer(answer, doing, error, missing);
  const missingCodec = missingCodecIn(error);
  if (missingCodec !== undefined) return missingCodec;
  const message = `${doing} failed: ${sentenceOf(error)}`;
  return new ThroughlineError('TL_KAFKA_UNAVAILABLE', message, { cause: error });
}

/** Finds the error that this driver threw inside kafkajs, which kafkajs has wrapped. */
function ownError(error: unknown): ThroughlineError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof ThroughlineError) return at;
  }
  return undefined;
}

function numberOf(code: number, { message }: Error): number {
  if (code !== unknownToKafkaJs) return code;
  const [, number] = /^Unknown error code (-?\d+)$/.exec(message) ?? [];
  return number === undefined ? code : Number(number);
}
