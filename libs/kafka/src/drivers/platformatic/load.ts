// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- an error only where the client is absent, so nothing to expect here
/** @ts-ignore Without the client, which only this driver needs, its types are `any`. */
import type * as PlatformaticKafka from '@platformatic/kafka';
import { reasonOf, ThroughlineError } from '#base';

export type Client = typeof PlatformaticKafka;

/** The oldest version of Node that @platformatic/kafka 2.12 supports (its package.json, "engines"). */
const OLDEST_NODE = [22, 22] as const;
const PACKAGE = '@platformatic/kafka';

let loaded: Promise<Client> | undefined;

/**
 * Loads the client, an optional peer dependency, when the driver is first used.
 *
 * @throws ThroughlineError `TL_KAFKA_CLIENT_MISSING`, `TL_KAFKA_CLIENT_UNSUPPORTED`
 */
export function loadClient(): Promise<Client> {
  return (loaded ??= importClient(process.versions.node, () => import('@platformatic/kafka')));
}

/** @param node the version of Node */
export async function importClient(node: string, load: () => Promise<Client>): Promise<Client> {
  if (isTooOld(node)) {
    throw new ThroughlineError(
      'TL_KAFKA_CLIENT_UNSUPPORTED',
      `The platformatic driver needs Node ${OLDEST_NODE.join('.')} or later, and this is Node ${node}. Upgrade Node, or use the kafkajs driver.`,
      { errorClass: 'blocked' },
    );
  }
  try {
    return await load();
  } catch (cause) {
    throw new ThroughlineError(
      'TL_KAFKA_CLIENT_MISSING',
      `The platformatic driver needs the ${PACKAGE} package, which could not be loaded (${reasonOf(cause)}). Run "npm install ${PACKAGE}", or use the kafkajs driver.`,
      { cause, errorClass: 'blocked' },
    );
  }
}

function isTooOld(node: string): boolean {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

/** Creates a value from the client when the value is first needed, and only once. */
export function ofClient<T>(make: (client: Client) => T): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= loadClient().then(make));
}
