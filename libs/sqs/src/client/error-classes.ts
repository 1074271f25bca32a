import { SQSServiceException, type BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { ThroughlineError, type ErrorClass } from '#base';

/**
 * The kind of a request. It determines the meaning of an error code: `InvalidParameterValue` means that SQS refuses the message
 * when sending, and the receipt when settling.
 */
export type RequestKind = 'sending' | 'settling' | 'receiving' | 'asking';

/** An exception of the client, or a failed entry of a batch request. */
interface Failure {
  readonly name: string;
  /** Whether SQS blames the sender for the failure. Only batch entries contain this information. */
  readonly senderFault?: boolean | undefined;
}

/**
 * All codes for throttling: those of SQS' model, AWS' common errors, and those that the AWS SDKs treat as throttling
 * (smithy-typescript, `service-error-classification`).
 */
const THROTTLED = [
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'KmsThrottled',
  'LimitExceededException',
  'OverLimit',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
];

/** The codes for failures of SQS itself, which it reports in responses with status 500 and in batch entries. */
const FAILING = [
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'InternalServerException',
  'RequestAbortedException',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TransientError',
];

/**
 * The names that the client gives to responses without a code. Such a response comes from a proxy, is empty, or is JSON that SQS
 * did not write.
 */
const WITHOUT_CODE = ['Unknown', 'UnknownError', ''];

/**
 * The error codes for problems with the identity or the clock. They count as an outage, because credentials that were valid once
 * can become valid again: keys are rotated, tokens renewed, clocks set. Before the first successful request, `credentials-check.ts`
 * reports them as configuration errors.
 */
const CREDENTIALS = [
  'AuthFailure',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'InvalidToken',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'TokenRefreshRequired',
  'UnrecognizedClientException',
];

const PERMISSIONS = [
  'AccessDenied',
  'AccessDeniedException',
  'KmsAccessDenied',
  'NotAuthorized',
  'OptInRequired',
  'UnauthorizedOperation',
];

/** The error codes for a missing queue, in the older protocol and in the current one. */
const QUEUE_MISSING = ['NonExistentQueue', 'QueueDoesNotExist'];

/**
 * The error codes that concern a single message. AWS uses `InvalidMessageContents` and `InvalidParameterValue`. ElasticMQ uses
 * `InvalidAttributeValue` for attributes. `BatchRequestTooLong` means that even a batch of one message is too large.
 */
const ABOUT_THE_MESSAGE = [
  'BatchRequestTooLong',
  'InvalidAttributeValue',
  'InvalidMessageContents',
  'InvalidParameterValue',
];

/** The codes for a receipt that is no longer valid: another consumer has the message, or it was deleted. */
const NOT_OURS = ['InvalidParameterValue', 'MessageNotInflight', 'ReceiptHandleIsInvalid'];

const classOf = (names: readonly string[], is: ErrorClass): readonly [string, ErrorClass][] =>
  names.map((name) => [name, is]);

/** The error codes that have the same meaning for every kind of request. */
const ALWAYS = new Map<string, ErrorClass>([
  ...classOf([...THROTTLED, ...FAILING, ...WITHOUT_CODE, ...CREDENTIALS], 'unavailable'),
  ...classOf([...PERMISSIONS, ...QUEUE_MISSING], 'blocked'),
]);

const BY_KIND: Readonly<Record<RequestKind, ReadonlyMap<string, ErrorClass>>> = {
  sending: new Map(classOf(ABOUT_THE_MESSAGE, 'refused')),
  settling: new Map(classOf(NOT_OURS, 'notOurs')),
  receiving: new Map(),
  asking: new Map(),
};

const KNOWN_CODES = new Set([
  ...ALWAYS.keys(),
  ...Object.values(BY_KIND).flatMap((names) => [...names.keys()]),
]);
const ABOUT_CREDENTIALS = new Set(CREDENTIALS);
const ABOUT_PERMISSIONS = new Set(PERMISSIONS);
const ABOUT_A_MISSING_QUEUE = new Set(QUEUE_MISSING);

/** Removes the prefix that error codes have in the older protocol. */
export const withoutPrefix = (name: string): string =>
  name.replace(/^AWS\.SimpleQueueService\./, '');

/** Returns the name that the SDK gives to an error. The error's `Code` belongs to an older protocol and differs. */
export function nameOf(error: unknown): string {
  return error instanceof Error && typeof error.name === 'string' ? withoutPrefix(error.name) : '';
}

/** Whether the error code concerns the credentials or the clock. */
export const isAboutCredentials = (error: unknown): boolean => ABOUT_CREDENTIALS.has(nameOf(error));

/** Whether the error code means that a permission is missing. */
export const isAboutPermissions = (name: string): boolean => ABOUT_PERMISSIONS.has(name);

/** Whether the error code means that the queue does not exist. */
export const isQueueMissing = (name: string): boolean => ABOUT_A_MISSING_QUEUE.has(name);

/** Classifies a failed entry of a batch request. The status of the response is 200, although the entry failed. */
export const classifyEntry = (
  { Code = '', SenderFault }: Pick<BatchResultErrorEntry, 'Code' | 'SenderFault'>,
  kind: RequestKind,
): ErrorClass => classifyFailure({ name: withoutPrefix(Code), senderFault: SenderFault }, kind);

/**
 * Classifies an exception of the SDK. Only a response from SQS itself, with a code, says anything about the request or the message.
 * Everything else is an outage: failures of the network, a proxy, the client, or the credential provider.
 */
export function classify(error: unknown, kind: RequestKind): ErrorClass {
  if (error instanceof ThroughlineError) return error.errorClass ?? 'refused';
  if (isNoAnswer(error)) return 'unavailable';
  const name = nameOf(error);
  return error instanceof SQSServiceException || KNOWN_CODES.has(name)
    ? classifyFailure({ name }, kind)
    : 'unavailable';
}

/**
 * Classifies a failure by its name. For an expired receipt, SQS sometimes blames the sender and sometimes itself. The receipt is
 * invalid in both cases. Any other failure that SQS blames on itself is temporary.
 */
function classifyFailure({ name, senderFault }: Failure, kind: RequestKind): ErrorClass {
  const always = ALWAYS.get(name);
  if (always === 'unavailable') return always;
  const byKind = BY_KIND[kind].get(name);
  if (byKind === 'notOurs') return byKind;
  if (senderFault === false) return 'unavailable';
  return always ?? byKind ?? 'blocked';
}

/**
 * Whether the failure is not a response of SQS itself. It may come from a proxy, from a failing service, or from another service
 * such as STS, which provides credentials.
 */
function isNoAnswer(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const status = statusOf(error);
  if (status >= 500 || (status >= 300 && status < 400)) return true;
  if (status === 407 || status === 408 || status === 429) return true;
  return '$fault' in error && !(error instanceof SQSServiceException);
}

function statusOf(error: Error): number {
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? 0;
}
