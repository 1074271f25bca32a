import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brokerErrors } from '../broker-errors.js';
import { lastLines } from '../process/log-tail.js';
import { runCommand } from '../process/run-command.js';
import { javaArgs } from './java.js';

/** The certificates of one test run. One authority, which nobody else trusts, has signed them. */
export interface Certificates {
  /** The authority's certificate in PEM, and the file that contains it. */
  readonly authority: { readonly pem: string; readonly file: string };
  /** A client's certificate with its private key, as PKCS #12. */
  readonly client: { readonly pfx: Buffer; readonly passphrase: string };
  /** The key stores (PKCS #12) of brokers. */
  readonly keyStores: Readonly<Record<BrokerCertificate, string>>;
  /** The password of the key stores. */
  readonly password: string;
}

export type BrokerCertificate = 'valid' | 'expired' | 'otherName';

const password = 'key-store-password';
const authorityAlias = 'authority';

const forLocalhost = ['-ext', 'san=ip:127.0.0.1,dns:localhost'];
const forYears = ['-validity', '3650'];

const owners = {
  valid: [...forLocalhost, ...forYears],
  expired: [...forLocalhost, '-startdate', '-3d', '-validity', '1'],
  otherName: ['-ext', 'san=dns:kafka.example', ...forYears],
  client: forYears,
} as const satisfies Record<string, readonly string[]>;

/**
 * Creates certificates in `folder` with keytool: it comes with every Java that can run Kafka, so it needs no package of its own and
 * nothing to keep up to date.
 *
 * @throws TL_BROKERS_CERTIFICATES_FAILED
 */
export async function createCertificates(folder: string): Promise<Certificates> {
  const all = storeIn(folder, 'all');
  await generate(all, authorityAlias, ['-ext', 'bc:c', ...forYears]);
  // One after the other, since each of them rewrites the store of the authority's key.
  for (const [owner, options] of Object.entries(owners)) {
    await generate(all, owner, [...options, '-signer', authorityAlias]);
  }
  const file = join(folder, 'authority.pem');
  const [valid, expired, otherName, client] = await Promise.all([
    moved(all, folder, 'valid'),
    moved(all, folder, 'expired'),
    moved(all, folder, 'otherName'),
    moved(all, folder, 'client'),
    keytool('-exportcert', '-rfc', ...inStore(all), '-alias', authorityAlias, '-file', file),
  ]);
  return {
    authority: { pem: await readFile(file, 'utf8'), file },
    client: { pfx: await readFile(client), passphrase: password },
    keyStores: { valid, expired, otherName },
    password,
  };
}

const storeIn = (folder: string, name: string): string => join(folder, `${name}.p12`);

const inStore = (file: string): readonly string[] => [
  ...['-storetype', 'PKCS12', '-keystore', file, '-storepass', password],
];

const generate = (store: string, alias: string, options: readonly string[]): Promise<void> =>
  keytool(
    ...['-genkeypair', ...inStore(store), '-alias', alias, '-dname', `CN=${alias}`],
    ...['-keyalg', 'EC', '-groupname', 'secp256r1', ...options],
  );

/** Copies one certificate, with its key and its chain, into a store of its own. */
async function moved(from: string, folder: string, alias: string): Promise<string> {
  const to = storeIn(folder, alias);
  await keytool(
    ...['-importkeystore', '-noprompt', '-srcalias', alias, '-srckeystore', from],
    ...['-srcstorepass', password, '-destkeystore', to, '-deststoretype', 'PKCS12'],
    ...['-deststorepass', password],
  );
  return to;
}

async function keytool(...args: readonly string[]): Promise<void> {
  const java = javaArgs({ compiler: 'quick' }).map((arg) => `-J${arg}`);
  const { found, code, output } = await runCommand('keytool', [...java, ...args]);
  if (!found) throw brokerErrors.certificatesFailed('');
  if (code !== 0) throw brokerErrors.certificatesFailed(lastLines(output));
}
