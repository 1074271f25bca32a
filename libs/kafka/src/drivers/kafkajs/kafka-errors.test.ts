import { describe, expect, it } from '@jest/globals';
import { BROKER_ERRORS, codeOf } from '../../errors/broker-errors.js';
import { loadCodec } from '../compression/codecs.js';
import { findsCodec } from './internals/codecs.js';
import { errorOfCode } from './internals/load.js';
import { answerName, isConfigurationError, toKafkaError } from './kafka-errors.js';
import { loadFile } from './internals/load.js';

type ErrorOf = new (...args: readonly unknown[]) => Error;

const errors = loadFile('kafkajs/src/errors') as Readonly<Record<string, ErrorOf>>;

function kafkaJsError(name: string, ...args: readonly unknown[]): Error {
  const Made = errors[name];
  if (Made === undefined) throw new Error(`kafkajs has no ${name}`);
  return new Made(...args);
}

/** The error of a codec whose package is missing, as kafkajs passes it on. */
function missingCodec(): unknown {
  const find = findsCodec(() => loadCodec('snappy', { find: () => undefined }));
  try {
    return find();
  } catch (error) {
    return kafkaJsError('KafkaJSNonRetriableError', error, { cause: error });
  }
}

describe('an error of kafkajs', () => {
  it.each(BROKER_ERRORS)(
    'has the class of the broker’s answer $code $name, even if kafkajs calls it otherwise',
    (answer) => {
      // The class of a topic that is missing depends on how long it has been.
      const missing = answer.name === 'UNKNOWN_TOPIC_OR_PARTITION' ? 'unavailable' : undefined;

      const error = toKafkaError(errorOfCode(answer.code), 'Sending', missing);

      expect(error).toMatchObject({ code: codeOf(answer), errorClass: answer.errorClass });
      expect(error.message).toContain(answer.name);
    },
  );

  it('says in full sentences that a topic is missing', () => {
    expect(toKafkaError(errorOfCode(3), 'Sending to orders').message).toMatch(
      /^Sending to orders failed: .* \(UNKNOWN_TOPIC_OR_PARTITION\)\. The topic does not exist, or this client has no permission to see it\.$/,
    );
  });

  it('is blocked if its code is unknown', () => {
    expect(toKafkaError(errorOfCode(4_711), 'Sending')).toMatchObject({
      code: 'TL_KAFKA_BLOCKED',
      errorClass: 'blocked',
      message: expect.stringContaining('UNKNOWN_CODE_4711'),
    });
  });

  it('is found among the causes, and among the errors of several topics', () => {
    const denied = errorOfCode(29);
    const given = kafkaJsError('KafkaJSNumberOfRetriesExceeded', denied, { retryCount: 1 });
    const ofTopics = kafkaJsError('KafkaJSAggregateError', 'Topic creation errors', [denied]);

    expect([given, ofTopics].map(answerName)).toEqual([
      'TOPIC_AUTHORIZATION_FAILED',
      'TOPIC_AUTHORIZATION_FAILED',
    ]);
  });

  it.each([
    [
      'a lost connection',
      kafkaJsError('KafkaJSConnectionError', 'refused', { code: 'ECONNREFUSED' }),
    ],
    ['a broker that does not respond', kafkaJsError('KafkaJSRequestTimeoutError', 'timed out', {})],
    ['a bug of the client', new TypeError('Cannot read properties of undefined')],
    [
      'a connection that was lost during the login',
      kafkaJsError(
        'KafkaJSSASLAuthenticationError',
        'SASL PLAIN authentication failed: Closed connection',
      ),
    ],
    ['a thrown text', 'text'],
  ])('is an outage if the broker has not answered: %s', (_, error) => {
    expect(toKafkaError(error, 'Reading')).toMatchObject({
      code: 'TL_KAFKA_UNAVAILABLE',
      errorClass: 'unavailable',
    });
    expect(isConfigurationError(error)).toBe(false);
  });

  it.each([
    [
      'a login that is refused',
      'TL_KAFKA_DENIED',
      kafkaJsError(
        'KafkaJSSASLAuthenticationError',
        'SASL PLAIN authentication failed: Invalid username or password',
      ),
    ],
    ['a compression that kafkajs cannot read', 'TL_KAFKA_CODEC_MISSING', missingCodec()],
    ['a topic that is denied', 'TL_KAFKA_DENIED', errorOfCode(29)],
    ['a topic that is missing', 'TL_KAFKA_TOPIC_MISSING', errorOfCode(3)],
  ])('is blocked, and fails a start: %s', (_, code, error) => {
    expect(toKafkaError(error, 'Reading')).toMatchObject({ code, errorClass: 'blocked' });
    expect(isConfigurationError(error)).toBe(true);
  });

  it('does not fail a start if it may pass: a group that is full', () => {
    expect(toKafkaError(errorOfCode(81), 'Joining').errorClass).toBe('blocked');
    expect(isConfigurationError(errorOfCode(81))).toBe(false);
  });
});
