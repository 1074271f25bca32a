import type { SQSClient } from '@aws-sdk/client-sqs';
import { sentenceOf, ThroughlineError } from '#base';
import { isAboutCredentials, nameOf } from './error-classes.js';

/**
 * Distinguishes wrong credentials from an outage of their provider. Until the first request of this client has succeeded, an error
 * about credentials is a configuration error and is reported immediately. After that, such an error counts as an outage, because
 * credentials that were valid once can become valid again.
 */
export function checkCredentials(client: SQSClient): void {
  let haveSucceeded = false;
  client.middlewareStack.add(
    (next) => async (request) => {
      try {
        const answer = await next(request);
        haveSucceeded = true;
        return answer;
      } catch (error) {
        if (haveSucceeded || !isAboutCredentials(error)) throw error;
        throw wrongCredentials(error);
      }
    },
    { step: 'initialize', name: 'throughlineCredentialsCheck' },
  );
}

const wrongCredentials = (cause: unknown): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_CREDENTIALS',
    `The AWS credentials are missing or invalid: ${nameOf(cause)}: ${sentenceOf(cause)} Check the credentials (AWS_ACCESS_KEY_ID, ` +
      "AWS_PROFILE, the role, or sqs({ client: { credentials } })), the region, and this machine's clock.",
    { cause, errorClass: 'blocked' },
  );
