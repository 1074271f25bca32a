import { describe, expect, it } from '@jest/globals';
import type { AuthenticationProviderArgs, Mechanism } from 'kafkajs';

import { TokenRefused } from '../driver-errors.js';
import { saslFor } from './sasl.js';

const withLength = (text: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(text.length);
  return Buffer.concat([length, Buffer.from(text)]);
};

/** Logs in at a broker that gives this answer. Resolves with what it has received. */
async function login(provide: () => Promise<{ value: string }>, answer: string): Promise<string> {
  const sasl = saslFor({ mechanism: 'oauthbearer', oauthBearerProvider: provide }, 100);
  let received = Buffer.alloc(0);
  const args = {
    saslAuthenticate: async ({ request, response }) => {
      received = Buffer.from(await request.encode());
      return response?.parse(await response.decode(withLength(answer)));
    },
  } as AuthenticationProviderArgs;
  await (sasl as Mechanism).authenticationProvider(args).authenticate();
  expect(received.readInt32BE(0)).toBe(received.length - 4);
  return received.toString('utf8', 4);
}

/** A token like that of Amazon MSK's signer: a signed URL in base64url, without padding. */
const signedUrl =
  'https://kafka.eu-central-1.amazonaws.com/?Action=kafka-cluster%3AConnect&X-Amz-Signature=a1b2';

describe('a login by OAUTHBEARER through kafkajs', () => {
  it('hands over the token as the provider returns it', async () => {
    const value = Buffer.from(signedUrl).toString('base64url');

    const received = await login(() => Promise.resolve({ value }), '');

    expect(received).toBe(`n,,\u0001auth=Bearer ${value}\u0001\u0001`);
    const [, token = ''] = received.split('Bearer ');
    expect(Buffer.from(token.slice(0, -2), 'base64url').toString()).toBe(signedUrl);
  });

  it('adds the extensions', async () => {
    const token = { value: 'token', extensions: { logicalCluster: 'lkc-1', pool: 'p' } };

    expect(await login(() => Promise.resolve(token), '')).toBe(
      'n,,\u0001auth=Bearer token\u0001logicalCluster=lkc-1\u0001pool=p\u0001\u0001',
    );
  });

  it('fails if the broker refuses the token in an answer without an error code', async () => {
    const refusal = login(() => Promise.resolve({ value: 'token' }), '{"status":"invalid_token"}');

    await expect(refusal).rejects.toThrow(TokenRefused);
  });

  it.each([
    ['throws', (): Promise<never> => Promise.reject(new Error('no identity'))],
    ['hangs', (): Promise<never> => new Promise(() => undefined)],
    ['returns an empty token', (): Promise<{ value: string }> => Promise.resolve({ value: '' })],
  ])('is an outage if the provider %s', async (_, provide) => {
    await expect(login(provide, '')).rejects.toMatchObject({
      code: 'TL_KAFKA_UNAVAILABLE',
      errorClass: 'unavailable',
    });
  });
});
