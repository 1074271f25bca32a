import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { printable, reasonOf, ThroughlineError } from '#base';
import {
  classify,
  classifyEntry,
  isAboutRights,
  isQueueMissing,
  nameOf,
  withoutPrefix,
  type RequestKind,
} from './error-classes.js';

export { nameOf } from './error-classes.js';

const LONGEST_CODE = 100;

/** What was said, to stand within a sentence of ours: SQS ends its own with a full stop, others do not. */
const saidBy = (cause: unknown): string => reasonOf(cause).replace(/(?<!\.)\.$/, '');

/** A request to SQS, and the right that it takes. */
export interface Request {
  readonly kind: RequestKind;
  /** As a policy has it. */
  readonly right: string;
}

export const SENDING: Request = { kind: 'sending', right: 'sqs:SendMessage' };
export const RECEIVING: Request = { kind: 'receiving', right: 'sqs:ReceiveMessage' };
export const DELETING: Request = { kind: 'settling', right: 'sqs:DeleteMessage' };
export const HIDING: Request = { kind: 'settling', right: 'sqs:ChangeMessageVisibility' };
export const LOOKING_UP: Request = { kind: 'asking', right: 'sqs:GetQueueUrl' };
export const DESCRIBING: Request = { kind: 'asking', right: 'sqs:GetQueueAttributes' };
export const CREATING: Request = { kind: 'asking', right: 'sqs:CreateQueue' };
const ANYTHING: Request = { kind: 'asking', right: 'what the request needs' };

/** Whether SQS, or the way there, is unavailable: worth waiting for. */
export const isAway = (error: unknown): boolean => classify(error, 'asking') === 'unavailable';

/** The error that says that SQS is unavailable. */
export function unavailable(doing: string, cause: unknown): ThroughlineError {
  return new ThroughlineError(
    'TL_SQS_UNAVAILABLE',
    `SQS does not answer while ${doing}: ${saidBy(cause)}.`,
    { cause },
  );
}

/** What an answer that names an entry neither among those done nor among those failed means for it: it may be done, or not. */
export const unanswered = (doing: string): ThroughlineError =>
  unavailable(doing, new Error('its answer says nothing about it'));

/** What the SDK threw, as an error of ours. */
export function told(doing: string, cause: unknown, request: Request = ANYTHING): ThroughlineError {
  if (cause instanceof ThroughlineError) return cause;
  const errorClass = classify(cause, request.kind);
  if (errorClass === 'unavailable') return unavailable(doing, cause);
  return answered({
    doing,
    request,
    errorClass,
    cause,
    code: nameOf(cause),
    text: saidBy(cause),
  });
}

/** A failed entry of a batch, as an error of ours. */
export function toldEntry(
  doing: string,
  entry: BatchResultErrorEntry,
  request: Request,
): ThroughlineError {
  const { Code = 'no code', Message = '' } = entry;
  const errorClass = classifyEntry(entry, request.kind);
  const cause = new Error(`${Code}: ${Message}`);
  if (errorClass === 'unavailable') return unavailable(doing, cause);
  return answered({
    doing,
    request,
    errorClass,
    cause,
    code: withoutPrefix(Code),
    text: saidBy(new Error(Message)),
  });
}

interface Answered {
  readonly doing: string;
  readonly request: Request;
  readonly errorClass: 'blocked' | 'refused' | 'notOurs';
  readonly cause: unknown;
  readonly code: string;
  readonly text: string;
}

/** SQS has answered, and says no. */
function answered({ doing, request, errorClass, cause, code, text }: Answered): ThroughlineError {
  const said = `${printable(code, LONGEST_CODE)}: ${text}`;
  const options = { cause, errorClass };
  if (errorClass !== 'blocked')
    return new ThroughlineError('TL_SQS_REFUSED', `SQS refuses ${doing}: ${said}.`, options);
  if (isAboutRights(code)) {
    const right =
      code === 'KmsAccessDenied' ? 'kms:GenerateDataKey and kms:Decrypt' : request.right;
    return new ThroughlineError(
      'TL_SQS_DENIED',
      `SQS denies ${doing}: ${said}. Grant ${right}.`,
      options,
    );
  }
  if (isQueueMissing(code)) {
    return new ThroughlineError(
      'TL_SQS_QUEUE_MISSING',
      `The queue is missing while ${doing}: ${said}. Make it again.`,
      options,
    );
  }
  return new ThroughlineError('TL_SQS_BLOCKED', `SQS blocks ${doing}: ${said}.`, options);
}
