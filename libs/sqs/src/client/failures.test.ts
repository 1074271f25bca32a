import * as sdk from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { ThroughlineError, type ErrorClass } from '#base';
import { classify, classifyEntry, nameOf, type RequestKind } from './error-classes.js';
import { DELETING, LOOKING_UP, RECEIVING, SENDING, told, toldEntry } from './failures.js';
import { sqsError } from './fake-client.fixture.js';

/** What is thrown where SQS has not answered. */
const thrown = (name: string, more: object = {}): Error =>
  Object.assign(new Error('the message'), { name }, more);

const KINDS: readonly RequestKind[] = ['sending', 'settling', 'receiving', 'asking'];
type Row = readonly [sending: ErrorClass, settling: ErrorClass, otherwise: ErrorClass];

const UNAVAILABLE: Row = ['unavailable', 'unavailable', 'unavailable'];
const BLOCKED: Row = ['blocked', 'blocked', 'blocked'];
const REFUSED: Row = ['refused', 'blocked', 'blocked'];
const NOT_OURS: Row = ['blocked', 'notOurs', 'blocked'];

/** What SQS may answer, and what that means where a message is sent, where it is settled, and otherwise. */
const TABLE: Readonly<Record<string, Row>> = {
  // The model of SQS.
  BatchEntryIdsNotDistinct: BLOCKED,
  BatchRequestTooLong: REFUSED,
  EmptyBatchRequest: BLOCKED,
  InvalidAddress: BLOCKED,
  InvalidAttributeName: BLOCKED,
  InvalidAttributeValue: REFUSED,
  InvalidBatchEntryId: BLOCKED,
  InvalidIdFormat: BLOCKED,
  InvalidMessageContents: REFUSED,
  InvalidSecurity: BLOCKED,
  KmsAccessDenied: BLOCKED,
  KmsDisabled: BLOCKED,
  KmsInvalidKeyUsage: BLOCKED,
  KmsInvalidState: BLOCKED,
  KmsNotFound: BLOCKED,
  KmsOptInRequired: BLOCKED,
  KmsThrottled: UNAVAILABLE,
  MessageNotInflight: NOT_OURS,
  OverLimit: UNAVAILABLE,
  PurgeQueueInProgress: BLOCKED,
  QueueDeletedRecently: BLOCKED,
  QueueDoesNotExist: BLOCKED,
  QueueNameExists: BLOCKED,
  ReceiptHandleIsInvalid: NOT_OURS,
  RequestThrottled: UNAVAILABLE,
  ResourceNotFoundException: BLOCKED,
  TooManyEntriesInBatchRequest: BLOCKED,
  UnsupportedOperation: BLOCKED,
  // Errors that all of AWS has (SQS API reference, "Common Errors").
  AccessDenied: BLOCKED,
  AccessDeniedException: BLOCKED,
  IncompleteSignature: UNAVAILABLE,
  InternalFailure: UNAVAILABLE,
  InvalidAction: BLOCKED,
  InvalidClientTokenId: UNAVAILABLE,
  InvalidParameterCombination: BLOCKED,
  InvalidParameterValue: ['refused', 'notOurs', 'blocked'],
  InvalidQueryParameter: BLOCKED,
  MalformedQueryString: BLOCKED,
  MissingAction: BLOCKED,
  MissingAuthenticationToken: UNAVAILABLE,
  MissingParameter: BLOCKED,
  NotAuthorized: BLOCKED,
  OptInRequired: BLOCKED,
  RequestExpired: UNAVAILABLE,
  ServiceUnavailable: UNAVAILABLE,
  ThrottlingException: UNAVAILABLE,
  ValidationError: BLOCKED,
  // Credentials and clocks, of which the table says what they mean once they have worked.
  CredentialsProviderError: UNAVAILABLE,
  ExpiredToken: UNAVAILABLE,
  ExpiredTokenException: UNAVAILABLE,
  InvalidSignatureException: UNAVAILABLE,
  RequestTimeTooSkewed: UNAVAILABLE,
  SignatureDoesNotMatch: UNAVAILABLE,
  UnrecognizedClientException: UNAVAILABLE,
  // More names for throttling and for failures of SQS' own.
  BandwidthLimitExceeded: UNAVAILABLE,
  InternalError: UNAVAILABLE,
  LimitExceededException: UNAVAILABLE,
  PriorRequestNotComplete: UNAVAILABLE,
  RequestLimitExceeded: UNAVAILABLE,
  RequestThrottledException: UNAVAILABLE,
  RequestTimeout: UNAVAILABLE,
  SlowDown: UNAVAILABLE,
  ThrottledException: UNAVAILABLE,
  Throttling: UNAVAILABLE,
  TooManyRequestsException: UNAVAILABLE,
  // The older protocol's word for a queue that is missing; none at all; one that nobody knows.
  NonExistentQueue: BLOCKED,
  Unknown: UNAVAILABLE,
  UnknownError: UNAVAILABLE,
  ACodeOfTomorrow: BLOCKED,
};

const CODES: Readonly<Record<ErrorClass, readonly string[]>> = {
  unavailable: ['TL_SQS_UNAVAILABLE'],
  blocked: ['TL_SQS_DENIED', 'TL_SQS_QUEUE_MISSING', 'TL_SQS_BLOCKED'],
  refused: ['TL_SQS_REFUSED'],
  notOurs: ['TL_SQS_REFUSED'],
};

const isErrorClass = (value: unknown): boolean =>
  typeof value === 'function' && value.prototype instanceof sdk.SQSServiceException;

describe('the table of errors', () => {
  it('has every error of the model of SQS', () => {
    const inModel = Object.entries(sdk)
      .filter(([, value]) => isErrorClass(value))
      .map(([name]) => name);

    expect(inModel.length).toBeGreaterThan(20);
    expect(inModel.filter((name) => TABLE[name] === undefined)).toEqual([]);
  });

  describe.each(Object.entries(TABLE))('%s', (name, [sending, settling, otherwise]) => {
    const expected: Readonly<Record<RequestKind, ErrorClass>> = {
      sending,
      settling,
      receiving: otherwise,
      asking: otherwise,
    };

    it.each(KINDS)('has its class while %s', (kind) => {
      expect(classify(sqsError(name), kind)).toBe(expected[kind]);
      expect(classify(sqsError(`AWS.SimpleQueueService.${name}`), kind)).toBe(expected[kind]);
      expect(classifyEntry({ Code: name, SenderFault: true }, kind)).toBe(expected[kind]);
    });

    it.each(KINDS)('is told with its class and a code that fits, while %s', (kind) => {
      const error = told('asking', sqsError(name), { kind, right: 'sqs:ARight' });

      expect(error.errorClass).toBe(expected[kind]);
      expect(CODES[expected[kind]]).toContain(error.code);
    });

    it('is an outage where SQS takes the failure of an entry upon itself, save for a receipt that is gone', () => {
      const entry = { Code: name, SenderFault: false };

      expect(classifyEntry(entry, 'sending')).toBe('unavailable');
      expect(classifyEntry(entry, 'settling')).toBe(
        settling === 'notOurs' ? 'notOurs' : 'unavailable',
      );
    });
  });
});

describe('what is no answer of SQS', () => {
  it.each([
    ['no connection', thrown('Error', { code: 'ECONNREFUSED' })],
    ['a connection that broke', thrown('Error', { code: 'ECONNRESET' })],
    ['no answer in time', thrown('TimeoutError')],
    ['no such host', thrown('Error', { code: 'ENOTFOUND' })],
    ['a certificate that nobody knows', thrown('Error', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })],
    ["a proxy's page of HTML", thrown('SyntaxError', { $metadata: { httpStatusCode: 200 } })],
    ['a mistake of the client', new TypeError('undefined is not a function')],
    ['a provider of credentials that fails', new Error('STS does not answer')],
    ['what is no Error at all', 'away'],
    ['nothing', undefined],
    ['an error without a name', Object.assign(new Error('odd'), { name: 5 })],
    [
      'a denial by STS, which the credentials come from',
      thrown('AccessDenied', { $fault: 'client', $metadata: { httpStatusCode: 403 } }),
    ],
    ...[300, 302, 307, 407, 408, 429, 500, 502, 503, 504].map(
      (status) => [`a status of ${status}`, sqsError('AccessDenied', status)] as const,
    ),
  ])('is an outage, whatever was asked for: %s', (_, error) => {
    expect(KINDS.map((kind) => classify(error, kind))).toEqual(Array(4).fill('unavailable'));
    expect(told('asking', error).code).toBe('TL_SQS_UNAVAILABLE');
  });
});

describe('told', () => {
  it('says that SQS does not answer, what it was asked, and why it is believed', () => {
    const cause = thrown('TimeoutError');

    const error = told('polling "orders"', cause, RECEIVING);

    expect(error).toMatchObject({ code: 'TL_SQS_UNAVAILABLE', cause });
    expect(error.message).toBe('SQS does not answer while polling "orders": the message.');
  });

  it.each([
    [SENDING, 'sqs:SendMessage'],
    [RECEIVING, 'sqs:ReceiveMessage'],
    [DELETING, 'sqs:DeleteMessage'],
    [LOOKING_UP, 'sqs:GetQueueUrl'],
  ])('names the right that is missing: %j', (request, right) => {
    const error = told('asking for "orders"', sqsError('AccessDenied'), request);

    expect(error.code).toBe('TL_SQS_DENIED');
    expect(error.message).toBe(
      `SQS denies asking for "orders": AccessDenied: AccessDenied, says SQS. Grant ${right}.`,
    );
  });

  it('has one full stop, where SQS ends in one, too', () => {
    const gone = sqsError('QueueDoesNotExist');
    gone.message = 'The specified queue does not exist.';

    expect(told('storing a dead letter in "orders-dlq"', gone, SENDING).message).toBe(
      'The queue is missing while storing a dead letter in "orders-dlq": QueueDoesNotExist: The specified queue does not exist. Make it again.',
    );
  });

  it('names the rights on the key where KMS denies', () => {
    expect(told('sending', sqsError('KmsAccessDenied'), SENDING).message).toMatch(/kms:Decrypt/);
  });

  it('says that a queue is gone', () => {
    const error = told('polling "orders"', sqsError('QueueDoesNotExist'), RECEIVING);

    expect(error).toMatchObject({ code: 'TL_SQS_QUEUE_MISSING', errorClass: 'blocked' });
  });

  it('cuts and escapes what came from elsewhere', () => {
    const entry = {
      Id: '0',
      SenderFault: true,
      Code: `Odd\n${'x'.repeat(5_000)}`,
      Message: '\u001b[31m',
    };

    const { message } = toldEntry('sending', entry, SENDING);

    expect(message.length).toBeLessThan(500);
    expect(message).toContain('\\u000a');
    expect(message).toContain('\\u001b[31m');
  });

  it('leaves an error of ours as it is', () => {
    const ours = new ThroughlineError('TL_SQS_QUEUE_MISSING', 'gone');

    expect(told('anything', ours)).toBe(ours);
  });
});

describe('nameOf', () => {
  it('is empty for what is no Error', () => {
    expect(nameOf('text')).toBe('');
  });
});
