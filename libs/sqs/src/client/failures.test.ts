import * as sdk from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { ThroughlineError, type ErrorClass } from '#base';
import { classify, classifyEntry, nameOf, type RequestKind } from './error-classes.js';
import { DELETING, LOOKING_UP, RECEIVING, SENDING, toEntryError, toSqsError } from './failures.js';
import { sqsError } from './fake-client.fixture.js';

/** An exception that is no answer of SQS. */
const thrown = (name: string, more: object = {}): Error =>
  Object.assign(new Error('the message'), { name }, more);

const KINDS: readonly RequestKind[] = ['sending', 'settling', 'receiving', 'asking'];
type Row = readonly [sending: ErrorClass, settling: ErrorClass, otherwise: ErrorClass];

const UNAVAILABLE: Row = ['unavailable', 'unavailable', 'unavailable'];
const BLOCKED: Row = ['blocked', 'blocked', 'blocked'];
const REFUSED: Row = ['refused', 'blocked', 'blocked'];
const NOT_OURS: Row = ['blocked', 'notOurs', 'blocked'];

/** The class of each code when sending, when settling, and otherwise. */
const TABLE: Readonly<Record<string, Row>> = {
  // SQS' model.
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
  // AWS' common errors (SQS API reference, "Common Errors").
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
  // Credentials and clocks, after a first successful request.
  CredentialsProviderError: UNAVAILABLE,
  ExpiredToken: UNAVAILABLE,
  ExpiredTokenException: UNAVAILABLE,
  InvalidSignatureException: UNAVAILABLE,
  RequestTimeTooSkewed: UNAVAILABLE,
  SignatureDoesNotMatch: UNAVAILABLE,
  UnrecognizedClientException: UNAVAILABLE,
  // More codes for throttling and for failures of SQS itself.
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
  // A missing queue in the older protocol; no code; an unknown code.
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

describe('the error table', () => {
  it('contains every error of SQS’ model', () => {
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

    it.each(KINDS)('has its class when %s', (kind) => {
      expect(classify(sqsError(name), kind)).toBe(expected[kind]);
      expect(classify(sqsError(`AWS.SimpleQueueService.${name}`), kind)).toBe(expected[kind]);
      expect(classifyEntry({ Code: name, SenderFault: true }, kind)).toBe(expected[kind]);
    });

    it.each(KINDS)('becomes an error of its class, with a matching code, when %s', (kind) => {
      const error = toSqsError('asking', sqsError(name), { kind, permission: 'sqs:APermission' });

      expect(error.errorClass).toBe(expected[kind]);
      expect(CODES[expected[kind]]).toContain(error.code);
    });

    it('is an outage if SQS blames itself for the failed entry, unless the receipt is invalid', () => {
      const entry = { Code: name, SenderFault: false };

      expect(classifyEntry(entry, 'sending')).toBe('unavailable');
      expect(classifyEntry(entry, 'settling')).toBe(
        settling === 'notOurs' ? 'notOurs' : 'unavailable',
      );
    });
  });
});

describe('an exception that is no answer of SQS', () => {
  it.each([
    ['no connection', thrown('Error', { code: 'ECONNREFUSED' })],
    ['a connection that broke', thrown('Error', { code: 'ECONNRESET' })],
    ['no answer in time', thrown('TimeoutError')],
    ['no such host', thrown('Error', { code: 'ENOTFOUND' })],
    ['an unknown certificate', thrown('Error', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })],
    ["a proxy's page of HTML", thrown('SyntaxError', { $metadata: { httpStatusCode: 200 } })],
    ['a bug in the client', new TypeError('undefined is not a function')],
    ['a credential provider that fails', new Error('STS does not respond')],
    ['no Error at all', 'unavailable'],
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
    expect(toSqsError('asking', error).code).toBe('TL_SQS_UNAVAILABLE');
  });
});

describe('toSqsError', () => {
  it('says that SQS does not respond, during which request, and why', () => {
    const cause = thrown('TimeoutError');

    const error = toSqsError('polling "orders"', cause, RECEIVING);

    expect(error).toMatchObject({ code: 'TL_SQS_UNAVAILABLE', cause });
    expect(error.message).toBe('SQS did not respond while polling "orders": the message.');
  });

  it.each([
    [SENDING, 'sqs:SendMessage'],
    [RECEIVING, 'sqs:ReceiveMessage'],
    [DELETING, 'sqs:DeleteMessage'],
    [LOOKING_UP, 'sqs:GetQueueUrl'],
  ])('names the missing permission: %j', (request, permission) => {
    const error = toSqsError('asking for "orders"', sqsError('AccessDenied'), request);

    expect(error.code).toBe('TL_SQS_DENIED');
    expect(error.message).toBe(
      `SQS denied the request while asking for "orders": AccessDenied: AccessDenied, says SQS. Grant ${permission}.`,
    );
  });

  it('does not repeat the full stop of SQS’ message', () => {
    const gone = sqsError('QueueDoesNotExist');
    gone.message = 'The specified queue does not exist.';

    expect(toSqsError('storing a dead letter in "orders-dlq"', gone, SENDING).message).toBe(
      'SQS did not find the queue while storing a dead letter in "orders-dlq": QueueDoesNotExist: The specified queue does not exist. Create the queue again.',
    );
  });

  it('names the permissions for the key if KMS denies access', () => {
    expect(toSqsError('sending', sqsError('KmsAccessDenied'), SENDING).message).toMatch(
      /kms:Decrypt/,
    );
  });

  it('has a code for a missing queue', () => {
    const error = toSqsError('polling "orders"', sqsError('QueueDoesNotExist'), RECEIVING);

    expect(error).toMatchObject({ code: 'TL_SQS_QUEUE_MISSING', errorClass: 'blocked' });
  });

  it('truncates and escapes codes and messages', () => {
    const entry = {
      Id: '0',
      SenderFault: true,
      Code: `Odd\n${'x'.repeat(5_000)}`,
      Message: '\u001b[31m',
    };

    const { message } = toEntryError('sending', entry, SENDING);

    expect(message.length).toBeLessThan(500);
    expect(message).toContain('\\u000a');
    expect(message).toContain('\\u001b[31m');
  });

  it('returns a Throughline error unchanged', () => {
    const ours = new ThroughlineError('TL_SQS_QUEUE_MISSING', 'gone');

    expect(toSqsError('anything', ours)).toBe(ours);
  });
});

describe('nameOf', () => {
  it('is empty for what is no Error', () => {
    expect(nameOf('text')).toBe('');
  });
});
