import { errorClassOf, ThroughlineError } from 'throughline';
import { nameOf, told } from './failures.js';

/** What SQS says of a message that it does not take, and not of us: AWS, fauxqs and ElasticMQ each in words of their own. */
const ABOUT_THE_MESSAGE = new Set([
  'BatchRequestTooLong',
  'InvalidAttributeValue',
  'InvalidMessageContents',
  'InvalidParameterValue',
]);

/** Whether SQS refuses the message for its size or its contents: another form of it may be taken. */
export const isRefusal = (error: unknown): boolean =>
  errorClassOf(error) === 'refused' || ABOUT_THE_MESSAGE.has(nameOf(error));

/** What SQS says of a message that it takes in no form. */
export function refusedForGood(doing: string, cause: unknown): ThroughlineError {
  const { code, message } = told(doing, cause);
  return new ThroughlineError(code, message, { cause, errorClass: 'refused' });
}
