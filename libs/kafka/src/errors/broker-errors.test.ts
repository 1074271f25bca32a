import { describe, expect, it } from '@jest/globals';
import { BROKER_ERRORS, brokerError, codeOf } from './broker-errors.js';
import { PRINTED_BY_KAFKA } from './broker-errors.fixture.js';

const printed = PRINTED_BY_KAFKA.trim()
  .split('\n')
  .map((line) => {
    const [code = '', name = '', isRetriable] = line.split(' ');
    return { code: Number(code), name, isRetriable: isRetriable === 'true' };
  })
  .filter(({ name }) => name !== 'NONE');

const exceptions = new Map<string, string>([
  ['UNKNOWN_SERVER_ERROR', 'unavailable'],
  ['MESSAGE_TOO_LARGE', 'refused'],
  ['RECORD_LIST_TOO_LARGE', 'refused'],
  ['INVALID_RECORD', 'refused'],
  ['INVALID_TIMESTAMP', 'refused'],
  ['UNKNOWN_MEMBER_ID', 'notOurs'],
  ['ILLEGAL_GENERATION', 'notOurs'],
  ['REBALANCE_IN_PROGRESS', 'notOurs'],
  ['FENCED_INSTANCE_ID', 'notOurs'],
]);

const ofClass = {
  unavailable: 'TL_KAFKA_UNAVAILABLE',
  blocked: 'TL_KAFKA_BLOCKED',
  refused: 'TL_KAFKA_RECORD_REFUSED',
  notOurs: 'TL_KAFKA_COMMIT_FENCED',
} as const;

describe('the table of broker errors', () => {
  it('contains every error of Kafka 4.4, by number and name', () => {
    expect(BROKER_ERRORS.map(({ code, name }) => ({ code, name }))).toEqual(
      printed.map(({ code, name }) => ({ code, name })),
    );
  });

  it.each(printed)(
    'classifies $code $name as the Java client does',
    ({ code, name, isRetriable }) => {
      const otherwise = isRetriable ? 'unavailable' : 'blocked';

      expect(brokerError(code)).toMatchObject({
        name,
        errorClass: exceptions.get(name) ?? otherwise,
      });
    },
  );

  it('gives each error the code of its class, unless it has one of its own', () => {
    const others = BROKER_ERRORS.filter((one) => codeOf(one) === ofClass[one.errorClass]);

    expect(
      BROKER_ERRORS.filter((one) => !others.includes(one))
        .map(codeOf)
        .sort(),
    ).toEqual([
      'TL_KAFKA_DENIED',
      'TL_KAFKA_DENIED',
      'TL_KAFKA_DENIED',
      'TL_KAFKA_DENIED',
      'TL_KAFKA_DENIED',
      'TL_KAFKA_GROUP_INCONSISTENT',
      'TL_KAFKA_GROUP_INVALID',
      'TL_KAFKA_MESSAGE_TOO_LARGE',
      'TL_KAFKA_MESSAGE_TOO_LARGE',
      'TL_KAFKA_METADATA_TOO_LARGE',
      'TL_KAFKA_OPTIONS_INVALID',
      'TL_KAFKA_TOPIC_INVALID',
      'TL_KAFKA_TOPIC_MISSING',
    ]);
  });

  it('says how a request handles an error that it expects', () => {
    const answered = BROKER_ERRORS.filter(({ effect }) => effect !== undefined);

    expect(answered.map(({ name }) => name)).toEqual([
      'OFFSET_OUT_OF_RANGE',
      'OFFSET_METADATA_TOO_LARGE',
      'MEMBER_ID_REQUIRED',
    ]);
  });

  it('classifies an unknown code as blocked', () => {
    expect(brokerError(1_234)).toEqual({
      code: 1_234,
      name: 'UNKNOWN_CODE_1234',
      errorClass: 'blocked',
    });
  });
});
