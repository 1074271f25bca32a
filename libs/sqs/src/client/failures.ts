import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { errorClassOf, printable, reasonOf, ThroughlineError } from '#base';
import {
  classify,
  classifyEntry,
  isAboutPermissions,
  isQueueMissing,
  nameOf,
  withoutPrefix,
  type RequestKind,
} from './error-classes.js';

const LONGEST_CODE = 100;

/**
 * Returns the message of an error without its full stop, so that it fits into a sentence. SQS ends its messages with a full stop,
 * but other clients do not.
 */
const reasonIn = (cause: unknown): string => reasonOf(cause).replace(/(?<!\.)\.$/, '');

/** A kind of request to SQS, and the permission that it needs. */
export interface Request {
  readonly kind: RequestKind;
  /** The permission that the request needs, as an IAM policy names it. */
  readonly permission: string;
}

export const SENDING: Request = { kind: 'sending', permission: 'sqs:SendMessage' };
export const RECEIVING: Request = { kind: 'receiving', permission: 'sqs:ReceiveMessage' };
export const DELETING: Request = { kind: 'settling', permission: 'sqs:DeleteMessage' };
export const HIDING: Request = { kind: 'settling', permission: 'sqs:ChangeMessageVisibility' };
export const LOOKING_UP: Request = { kind: 'asking', permission: 'sqs:GetQueueUrl' };
export const DESCRIBING: Request = { kind: 'asking', permission: 'sqs:GetQueueAttributes' };
export const CREATING: Request = { kind: 'asking', permission: 'sqs:CreateQueue' };
const ANYTHING: Request = { kind: 'asking', permission: 'the permission that this request needs' };

/** Whether SQS refuses the message for its size or its contents. SQS may still accept the message in another form. */
export const isRefusal = (error: unknown): boolean => errorClassOf(error) === 'refused';

export function unavailable(doing: string, cause: unknown): ThroughlineError {
  return new ThroughlineError(
    'TL_SQS_UNAVAILABLE',
    `SQS did not respond while ${doing}: ${reasonIn(cause)}.`,
    { cause },
  );
}

/**
 * Creates the error for an entry that a response mentions neither as successful nor as failed. SQS may have processed the entry.
 */
export const unanswered = (doing: string): ThroughlineError =>
  unavailable(doing, new Error('SQS returned no result for this message'));

/** Converts an exception of the SDK to a Throughline error. */
export function toSqsError(
  doing: string,
  cause: unknown,
  request: Request = ANYTHING,
): ThroughlineError {
  if (cause instanceof ThroughlineError) return cause;
  const errorClass = classify(cause, request.kind);
  if (errorClass === 'unavailable') return unavailable(doing, cause);
  return errorOf({
    doing,
    request,
    errorClass,
    cause,
    code: nameOf(cause),
    text: reasonIn(cause),
  });
}

/** Converts a failed entry of a batch request to a Throughline error. */
export function toEntryError(
  doing: string,
  entry: BatchResultErrorEntry,
  request: Request,
): ThroughlineError {
  const { Code = 'no code', Message = '' } = entry;
  const errorClass = classifyEntry(entry, request.kind);
  const cause = new Error(`${Code}: ${Message}`);
  if (errorClass === 'unavailable') return unavailable(doing, cause);
  return errorOf({
    doing,
    request,
    errorClass,
    cause,
    code: withoutPrefix(Code),
    text: reasonIn(new Error(Message)),
  });
}

/** A response in which SQS reports an error. */
interface ErrorAnswer {
  readonly doing: string;
  readonly request: Request;
  readonly errorClass: 'blocked' | 'refused' | 'notOurs';
  readonly cause: unknown;
  readonly code: string;
  readonly text: string;
}

function errorOf({ doing, request, errorClass, cause, code, text }: ErrorAnswer): ThroughlineError {
  const reason = `${printable(code, LONGEST_CODE)}: ${text}`;
  const options = { cause, errorClass };
  if (errorClass !== 'blocked')
    return new ThroughlineError(
      'TL_SQS_REFUSED',
      `SQS refused the request while ${doing}: ${reason}.`,
      options,
    );
  if (isAboutPermissions(code)) {
    const permission =
      code === 'KmsAccessDenied' ? 'kms:GenerateDataKey and kms:Decrypt' : request.permission;
    return new ThroughlineError(
      'TL_SQS_DENIED',
      `SQS denied the request while ${doing}: ${reason}. Grant ${permission}.`,
      options,
    );
  }
  if (isQueueMissing(code)) {
    return new ThroughlineError(
      'TL_SQS_QUEUE_MISSING',
      `SQS did not find the queue while ${doing}: ${reason}. Create the queue again.`,
      options,
    );
  }
  return new ThroughlineError(
    'TL_SQS_BLOCKED',
    `SQS rejected the request while ${doing}: ${reason}. SQS will reject all requests of this kind until the cause is fixed.`,
    options,
  );
}
