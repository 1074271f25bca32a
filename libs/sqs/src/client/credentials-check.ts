import type { SQSClient } from '@aws-sdk/client-sqs';
import { reasonOf, ThroughlineError } from '#base';
import { isAboutCredentials, nameOf } from './error-classes.js';

/**
 * Tells wrong credentials from those that cannot be had for the moment: until a request of this client has succeeded, an error
 * about them is a mistake, to be told at once; from then on it is an outage, since what has worked once works again.
 */
export function checkCredentials(client: SQSClient): void {
  let haveWorked = false;
  client.middlewareStack.add(
    (next) => async (request) => {
      try {
        const answer = await next(request);
        haveWorked = true;
        return answer;
      } catch (error) {
        if (haveWorked || !isAboutCredentials(error)) throw error;
        throw wrongCredentials(error);
      }
    },
    { step: 'initialize', name: 'throughlineCredentialsCheck' },
  );
}

const wrongCredentials = (cause: unknown): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_CREDENTIALS',
    `AWS does not take the credentials, or there are none: ${nameOf(cause)}: ${reasonOf(cause)}. Check them (AWS_ACCESS_KEY_ID, ` +
      'AWS_PROFILE, the role, sqs({ client: { credentials } })), the region, and the clock of this machine.',
    { cause, errorClass: 'blocked' },
  );
