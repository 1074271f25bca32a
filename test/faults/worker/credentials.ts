import { existsSync } from 'node:fs';

const KEYS = { accessKeyId: 'test', secretAccessKey: 'test' };
/** So short that the SDK asks for credentials for each request. */
const EXPIRES_WITHIN = 1_000;

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly expiration?: Date;
}

/** Credentials of a worker. With a file, they are available only while it exists. */
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
