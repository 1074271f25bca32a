import { join } from 'node:path';
import { brokerErrors } from '../broker-errors.js';
import { type FetchOptions, fetchJars, folderOfJars, isCached } from '../java/jar-cache.js';
import { redisJars } from '../java/jar-sets.js';
import { runCommand } from '../process/run-command.js';

/** The programs in the artifact, by Node.js' names of platform and processor. */
const carried: ReadonlyMap<string, string> = new Map([
  ['linux-x64', 'redis-server-6.2.6-v5-linux-amd64'],
  ['linux-arm64', 'redis-server-6.2.7-linux-arm64'],
  ['darwin-x64', 'redis-server-6.2.6-v5-darwin-amd64'],
  ['darwin-arm64', 'redis-server-6.2.6-v5-darwin-arm64'],
]);

/** The platform of a program. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
}

/** How this machine gets a Redis server. */
type RedisSource =
  | { readonly kind: 'path' }
  | { readonly kind: 'artifact'; readonly program: string }
  | { readonly kind: 'none'; readonly complaint: string };

async function sourceFor({ platform, arch }: Machine): Promise<RedisSource> {
  if ((await runCommand('redis-server', ['--version'])).found) return { kind: 'path' };
  const program = carried.get(`${platform}-${arch}`);
  if (program !== undefined) return { kind: 'artifact', program };
  const complaint = `redis-server is not on the PATH, and there is no download for ${platform} on ${arch}`;
  return { kind: 'none', complaint };
}

/** Why this machine cannot get a Redis server, to follow the word "and". `undefined` if it can. */
export async function redisComplaint(machine: Machine = process): Promise<string | undefined> {
  const source = await sourceFor(machine);
  if (source.kind === 'none') return source.complaint;
  if (source.kind === 'path' || isCached(redisJars(source.program))) return undefined;
  const maven = await runCommand('mvn', ['--version']);
  return maven.found ? undefined : 'neither redis-server nor mvn is on the PATH';
}

/**
 * The command that starts a Redis server: `redis-server` if it is on the PATH, else a program that Maven downloads (12 MB;
 * docs/decisions/0010).
 *
 * @throws TL_BROKERS_REDIS_MISSING, TL_BROKERS_MAVEN_MISSING, TL_BROKERS_DOWNLOAD_FAILED
 */
export async function redisServer(
  options: FetchOptions = {},
  machine: Machine = process,
): Promise<string> {
  const source = await sourceFor(machine);
  switch (source.kind) {
    case 'path':
      return 'redis-server';
    case 'none':
      throw brokerErrors.redisMissing(source.complaint);
    case 'artifact': {
      const set = redisJars(source.program);
      await fetchJars(set, options);
      return join(folderOfJars(set), source.program);
    }
  }
}
