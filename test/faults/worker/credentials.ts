import { existsSync } from 'node:fs';

const KEYS = { accessKeyId: 'test', secretAccessKey: 'test' };
/** So soon that the SDK asks again for each request. */
const EXPIRES_WITHIN = 1_000;

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly expiration?: Date;
}

/** Credentials of a worker: always the same, or such as can be had only while there is a certain file. */
export const credentialsOf = (
  file: string | undefined,
): Credentials | (() => Promise<Credentials>) =>
  file === undefined
    ? KEYS
    : () =>
        existsSync(file)
          ? Promise.resolve({ ...KEYS, expiration: new Date(Date.now() + EXPIRES_WITHIN) })
          : Promise.reject(
              Object.assign(new Error('Could not load credentials from any providers'), {
                name: 'CredentialsProviderError',
              }),
            );
