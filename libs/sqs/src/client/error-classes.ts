import { SQSServiceException, type BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { ThroughlineError, type ErrorClass } from '#base';

/** What SQS is asked for: the same code means something else where a message is sent and where it is settled. */
export type RequestKind = 'sending' | 'settling' | 'receiving' | 'asking';

/** What a failure is called, and whose it is: an error of the client, or an entry of a batch that failed. */
interface Failure {
  readonly name: string;
  /** Whether SQS blames the sender; only an entry of a batch says so. */
  readonly senderFault?: boolean | undefined;
}

/**
 * Throttling in all its names: those of SQS' model, AWS' common errors, and what AWS' SDKs treat as throttling
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

/** SQS' own failures, under whatever name a status of 500 or an entry of a batch has for them. */
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

/** What the client calls an answer that has no code: a proxy's, an empty one, or JSON that is not SQS'. */
const WITHOUT_CODE = ['Unknown', 'UnknownError', ''];

/** Who we are, or what time it is. What has worked once works again: keys are rotated, tokens renewed, clocks set. */
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

const RIGHTS = [
  'AccessDenied',
  'AccessDeniedException',
  'KmsAccessDenied',
  'NotAuthorized',
  'OptInRequired',
  'UnauthorizedOperation',
];

/** The older protocol's name for it, and today's. */
const QUEUE_MISSING = ['NonExistentQueue', 'QueueDoesNotExist'];

/** What SQS says of one message: AWS in two words, ElasticMQ of its attributes in one of its own, and the size of a single one. */
const ABOUT_THE_MESSAGE = [
  'BatchRequestTooLong',
  'InvalidAttributeValue',
  'InvalidMessageContents',
  'InvalidParameterValue',
];

/** What SQS says where somebody else has the message by now, or nobody. */
const NOT_OURS = ['InvalidParameterValue', 'MessageNotInflight', 'ReceiptHandleIsInvalid'];

const classOf = (names: readonly string[], is: ErrorClass): readonly [string, ErrorClass][] =>
  names.map((name) => [name, is]);

/** Whatever is asked for. */
const ALWAYS = new Map<string, ErrorClass>([
  ...classOf([...THROTTLED, ...FAILING, ...WITHOUT_CODE, ...CREDENTIALS], 'unavailable'),
  ...classOf([...RIGHTS, ...QUEUE_MISSING], 'blocked'),
]);

const BY_KIND: Readonly<Record<RequestKind, ReadonlyMap<string, ErrorClass>>> = {
  sending: new Map(classOf(ABOUT_THE_MESSAGE, 'refused')),
  settling: new Map(classOf(NOT_OURS, 'notOurs')),
  receiving: new Map(),
  asking: new Map(),
};

const SAID_BY_SQS = new Set([
  ...ALWAYS.keys(),
  ...Object.values(BY_KIND).flatMap((names) => [...names.keys()]),
]);
const ABOUT_CREDENTIALS = new Set(CREDENTIALS);
const ABOUT_RIGHTS = new Set(RIGHTS);
const ABOUT_A_MISSING_QUEUE = new Set(QUEUE_MISSING);

/** Names without the prefix of the older protocol. */
export const withoutPrefix = (name: string): string =>
  name.replace(/^AWS\.SimpleQueueService\./, '');

/** The SDK's word for what went wrong. Its `Code` is of an older protocol, and differs. */
export function nameOf(error: unknown): string {
  return error instanceof Error && typeof error.name === 'string' ? withoutPrefix(error.name) : '';
}

/** Whether it is about who we are, or about the time. */
export const isAboutCredentials = (error: unknown): boolean => ABOUT_CREDENTIALS.has(nameOf(error));

/** Whether it says that a right is missing. */
export const isAboutRights = (name: string): boolean => ABOUT_RIGHTS.has(name);

/** Whether it says that there is no such queue. */
export const isQueueMissing = (name: string): boolean => ABOUT_A_MISSING_QUEUE.has(name);

/** What a failed entry of a batch means. SQS answers 200 although it has not done what was asked for this one. */
export const classifyEntry = (
  { Code = '', SenderFault }: Pick<BatchResultErrorEntry, 'Code' | 'SenderFault'>,
  kind: RequestKind,
): ErrorClass => classifyFailure({ name: withoutPrefix(Code), senderFault: SenderFault }, kind);

/**
 * What an error of the SDK means. Only what SQS itself has answered, with a code, says anything about us or the message; all
 * else that can be thrown (the network, a proxy, the client, whoever provides the credentials) is an outage.
 */
export function classify(error: unknown, kind: RequestKind): ErrorClass {
  if (error instanceof ThroughlineError) return error.errorClass ?? 'refused';
  if (isNoAnswer(error)) return 'unavailable';
  const name = nameOf(error);
  return error instanceof SQSServiceException || SAID_BY_SQS.has(name)
    ? classifyFailure({ name }, kind)
    : 'unavailable';
}

/** SQS blames us for a receipt that has run out, or itself: it is gone, either way. Any other code that it takes upon itself passes. */
function classifyFailure({ name, senderFault }: Failure, kind: RequestKind): ErrorClass {
  const always = ALWAYS.get(name);
  if (always === 'unavailable') return always;
  const byKind = BY_KIND[kind].get(name);
  if (byKind === 'notOurs') return byKind;
  if (senderFault === false) return 'unavailable';
  return always ?? byKind ?? 'blocked';
}

/** The status of a proxy or of a failing service, or the answer of another service: STS', which the credentials come from. */
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
