import { describe, expect, it } from '@jest/globals';
import { AuthenticationError, NetworkError, ResponseError } from '@platformatic/kafka';

import { BROKER_ERRORS, codeOf } from '../../errors/broker-errors.js';
import { TokenRefused } from '../driver-errors.js';
import { BrokerAnswer, isConfigurationError, refuse, toKafkaError } from './errors.js';

describe('an error of @platformatic/kafka', () => {
  it.each(BROKER_ERRORS)('has the class of the broker’s answer $code $name', (answer) => {
    const missing = answer.name === 'UNKNOWN_TOPIC_OR_PARTITION' ? 'unavailable' : undefined;

    const error = toKafkaError(new BrokerAnswer(answer.code), 'Sending', missing);

    expect(error).toMatchObject({ code: codeOf(answer), errorClass: answer.errorClass });
    expect(error.message).toContain(answer.name);
  });

  it('is an outage if the broker has not answered, and contains the reason of Node', () => {
    const cause = Object.assign(new Error('self-signed certificate in certificate chain'), {
      code: 'SELF_SIGNED_CERT_IN_CHAIN',
    });
    const error = new NetworkError('Connection to kafka:9092 failed.', { cause });

    expect(toKafkaError(error, 'Joining')).toMatchObject({
      code: 'TL_KAFKA_UNAVAILABLE',
      errorClass: 'unavailable',
      message:
        'Joining failed: Connection to kafka:9092 failed: self-signed certificate in certificate chain.',
    });
    expect(isConfigurationError(error)).toBe(false);
  });

  it('is a denial if the broker refuses a password, a mechanism or a token', () => {
    const answers = [58, 33].map(
      (code) =>
        new NetworkError('Connection to kafka:9092 failed.', {
          cause: new AuthenticationError('SASL authentication failed.', {
            cause: new ResponseError(36, 2, { '/': [code, 'Authentication failed'] }, {}),
          }),
        }),
    );
    const token = new NetworkError('Connection to kafka:9092 failed.', {
      cause: new AuthenticationError('SASL authentication failed.', {
        cause: new TokenRefused('{"status":"invalid_token"}'),
      }),
    });
    for (const error of [...answers, token]) {
      expect(toKafkaError(error, 'Joining')).toMatchObject({
        code: 'TL_KAFKA_DENIED',
        errorClass: 'blocked',
        message: expect.stringMatching(
          /^Joining failed: Connection to kafka:9092 failed: SASL authentication failed: .+ \(\w+\)\.$/,
        ) as unknown,
      });
      expect(isConfigurationError(error)).toBe(true);
    }
  });

  it('is an outage if the connection is lost during the login', () => {
    const error = new NetworkError('Connection to kafka:9092 failed.', {
      cause: new AuthenticationError('Cannot find a suitable SASL mechanism.', {
        cause: new NetworkError('Connection closed'),
      }),
    });
    expect(toKafkaError(error, 'Joining')).toMatchObject({ code: 'TL_KAFKA_UNAVAILABLE' });
  });

  it('is thrown for codes other than 0', () => {
    expect(() => {
      refuse(0);
    }).not.toThrow();
    expect(() => {
      refuse(29, 'not for you');
    }).toThrow('not for you');
  });
});
