import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { sqsClient } from './client.js';
import { LOOKING_UP, toSqsError } from './failures.js';
import { sqsError } from './fake-client.fixture.js';

const noCredentials = (): Error =>
  Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });

/** Sends a request to an SQS that gives these answers in turn. Resolves with the code of the error, if any. */
function asking(answers: readonly (Error | undefined)[]) {
  const left = [...answers];
  const client = sqsClient({ region: 'eu-central-1', endpoint: 'http://127.0.0.1:1' }, 1_000);
  client.middlewareStack.add(
    () => () => {
      const answer = left.shift();
      if (answer !== undefined) throw answer;
      return Promise.resolve({ response: undefined, output: { $metadata: {} } });
    },
    { step: 'initialize', priority: 'low' },
  );
  return (): Promise<string> =>
    client.send(new ListQueuesCommand({})).then(
      () => 'answered',
      (error: unknown) => toSqsError('asking', error, LOOKING_UP).code,
    );
}

describe('missing or invalid credentials', () => {
  it.each([
    ['there are none', noCredentials()],
    ['unknown keys', sqsError('InvalidClientTokenId', 403)],
    ['an expired token', sqsError('ExpiredToken', 403)],
    ['a wrong signature', sqsError('SignatureDoesNotMatch', 403)],
  ])('are a configuration error until a request has succeeded: %s', async (_, error) => {
    const ask = asking([error, error]);

    expect([await ask(), await ask()]).toEqual(['TL_SQS_CREDENTIALS', 'TL_SQS_CREDENTIALS']);
  });

  it.each([
    ['there are none', noCredentials()],
    ['an expired token', sqsError('ExpiredToken', 403)],
    ['a wrong clock', sqsError('RequestTimeTooSkewed', 403)],
  ])('are an outage after a request has succeeded: %s', async (_, error) => {
    const ask = asking([undefined, error, undefined]);

    expect([await ask(), await ask(), await ask()]).toEqual([
      'answered',
      'TL_SQS_UNAVAILABLE',
      'answered',
    ]);
  });

  it('are not suspected during an outage', async () => {
    const ask = asking([Object.assign(new Error('no way'), { code: 'ECONNREFUSED' })]);

    expect(await ask()).toBe('TL_SQS_UNAVAILABLE');
  });
});
