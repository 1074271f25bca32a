import { reasonOf, ThroughlineError } from 'throughline';

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const AWAY = new Set([
  'TimeoutError',
  'SyntaxError', // a proxy's page of HTML
  'OverLimit',
  'KmsThrottled',
  'ThrottlingException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'ServiceUnavailable',
  'InternalError',
]);
const NO_LONGER_OURS = new Set([
  'ReceiptHandleIsInvalid',
  'MessageNotInflight',
  'InvalidParameterValue',
]);

interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const withoutPrefix = (name: string): string => name.replace(/^AWS\.SimpleQueueService\./, '');

/** The SDK's word for what went wrong. Its `Code` is of an older protocol, and differs. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? withoutPrefix(error.name) : '';
}

/** Whether SQS, or the way there, is away: worth waiting for. Anything else is a mistake, and worth telling at once. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode ?? 0;
  return AWAY.has(nameOf(error)) || NETWORK.has(code ?? '') || status === 429 || status >= 500;
}

/** Whether a batch's failed entry says that the message is somebody else's by now, or gone. */
export function isNoLongerOurs(code: string | undefined): boolean {
  return NO_LONGER_OURS.has(withoutPrefix(code ?? ''));
}

/** The error that says that SQS is away. */
export function unavailable(doing: string, cause: unknown): ThroughlineError {
  return new ThroughlineError(
    'TL_SQS_UNAVAILABLE',
    `SQS does not answer while ${doing}: ${reasonOf(cause) || nameOf(cause)}.`,
    { cause },
  );
}

/** What the SDK threw, as an error of ours. */
export function told(doing: string, cause: unknown): ThroughlineError {
  if (cause instanceof ThroughlineError) return cause;
  if (isAway(cause)) return unavailable(doing, cause);
  return new ThroughlineError(
    'TL_SQS_REFUSED',
    `SQS refuses ${doing}: ${nameOf(cause)}: ${reasonOf(cause)}. Check region, credentials and permissions.`,
    { cause },
  );
}
