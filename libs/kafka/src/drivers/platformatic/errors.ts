import { sentenceOf, ThroughlineError, type ErrorClass } from '#base';

import { brokerError, type BrokerError } from '../../errors/broker-errors.js';
import { asError, fromBrokerAnswer, TokenRefused } from '../driver-errors.js';

const SASL_AUTHENTICATION_FAILED = 58;

/** An error response from a broker. */
export class BrokerAnswer extends Error {
  override readonly name = 'BrokerAnswer';
  readonly answer: BrokerError;

  /** @param detail the broker's own explanation, if it gave one */
  constructor(code: number, detail?: string | null) {
    const answer = brokerError(code);
    super(detail ?? `The broker answered with error ${code}`);
    this.answer = answer;
  }
}

/** Throws if the broker's response contains an error. */
export function refuse(code: number, detail?: string | null): void {
  if (code !== 0) throw new BrokerAnswer(code, detail);
}

/** The properties of the client's errors. */
interface ClientError extends Error {
  readonly code?: unknown;
  /** Kafka's error code, if the broker has responded. */
  readonly apiCode?: unknown;
  readonly errors?: readonly unknown[];
}

/**
 * Returns the broker's response, which is found by following the causes of the error. `undefined` if the broker has not responded.
 */
export function brokerAnswer(error: unknown): BrokerError | undefined {
  let isLogin = false;
  for (let at = error; at instanceof Error;) {
    if (at instanceof BrokerAnswer) return at.answer;
    if (at instanceof ThroughlineError) return undefined;
    const { code, apiCode, errors, cause }: ClientError = at;
    if (typeof apiCode === 'number') return brokerError(apiCode);
    if (code === 'PLT_KFK_AUTHENTICATION') isLogin = true;
    // An OAUTHBEARER token is refused in an answer without an error code (see connection-options.ts).
    if (at instanceof TokenRefused) return brokerError(SASL_AUTHENTICATION_FAILED);
    at = errors?.[0] ?? cause;
  }
  return isLogin && isCredential(error) ? brokerError(SASL_AUTHENTICATION_FAILED) : undefined;
}

/** Whether the broker refuses the credentials. */
export const isLoginRefused = (error: unknown): boolean =>
  brokerAnswer(error)?.code === SASL_AUTHENTICATION_FAILED;

/** Whether the client itself ended a login, because the broker's part of the SCRAM exchange is wrong. */
function isCredential(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (/^Invalid (server|SCRAM)|Invalid nonce|Invalid salt/i.test(at.message)) return true;
  }
  return false;
}

/** Whether a start must fail: the topic, the group, the permissions or the settings are wrong, and the error says which. */
export const isConfigurationError = (error: unknown): boolean => {
  const { code, errorClass } = toKafkaError(error, '');
  return errorClass === 'blocked' && code !== 'TL_KAFKA_BLOCKED';
};

/**
 * Converts and classifies an error. Without a response from the broker, the error counts as an outage, even if it is an exception
 * in the client.
 *
 * @param missing the error class for a missing topic. It varies, because a broker may not know a new topic yet.
 */
export function toKafkaError(
  error: unknown,
  doing: string,
  missing: ErrorClass = 'blocked',
): ThroughlineError {
  if (error instanceof ThroughlineError) return error;
  const answer = brokerAnswer(error);
  if (answer !== undefined) return fromBrokerAnswer(answer, doing, reasonIn(error), missing);
  const message = `${doing} failed: ${sentenceOf(reasonIn(error))}`;
  return new ThroughlineError('TL_KAFKA_UNAVAILABLE', message, { cause: error });
}

/**
 * Returns the original reason. The client wraps errors from Node and OpenSSL, which say more than "Connection to host:port failed".
 */
function reasonIn(error: unknown): unknown {
  if (error instanceof BrokerAnswer) return error;
  const reasons: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    const { message } = asError(at);
    if (message !== '' && !reasons.includes(message)) reasons.push(message.replace(/\.$/, ''));
  }
  return reasons.length === 0 ? error : new Error(reasons.join(': '), { cause: error });
}
