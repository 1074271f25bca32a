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

describe('the errors of a Kafka broker', () => {
  it('are all that Kafka 4.1 has, by its numbers and names', () => {
    expect(BROKER_ERRORS.map(({ code, name }) => ({ code, name }))).toEqual(
      printed.map(({ code, name }) => ({ code, name })),
    );
  });

  it.each(printed)(
    '$code $name has the class that it has for Java',
    ({ code, name, isRetriable }) => {
      const otherwise = isRetriable ? 'unavailable' : 'blocked';

      expect(brokerError(code)).toMatchObject({
        name,
        errorClass: exceptions.get(name) ?? otherwise,
      });
    },
  );

  it('have a code of ours that fits their class, where they have none of their own', () => {
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

  it('that one request answers by itself say what that does', () => {
    const answered = BROKER_ERRORS.filter(({ effect }) => effect !== undefined);

    expect(answered.map(({ name }) => name)).toEqual([
      'OFFSET_OUT_OF_RANGE',
      'OFFSET_METADATA_TOO_LARGE',
      'MEMBER_ID_REQUIRED',
    ]);
  });

  it('block where nobody knows them yet', () => {
    expect(brokerError(1_234)).toEqual({
      code: 1_234,
      name: 'UNKNOWN_CODE_1234',
      errorClass: 'blocked',
    });
  });
});
