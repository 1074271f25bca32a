import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { brokerErrors } from '../broker-errors.js';
import { type JarSet, pomOf } from './jar-sets.js';
import { lastLines } from '../process/log-tail.js';
import { runCommand } from '../process/run-command.js';

/** The Maven plugin that copies or unpacks the jars. Its version is fixed, for reproducible downloads. */
const dependencyPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const partialPrefix = 'partial-';
const leftBehindMs = 3_600_000;

export interface FetchOptions {
  /** Receives one line before a download starts. Default: standard error. */
  readonly tell?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** `THROUGHLINE_CACHE`, or `~/.cache/throughline`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env.THROUGHLINE_CACHE;
  return resolve(
    chosen === undefined || chosen === '' ? join(homedir(), '.cache', 'throughline') : chosen,
  );
}

/** The folder of a downloaded jar set. */
export const folderOfJars = ({ folder }: JarSet): string => join(cacheFolder(), folder);

/** Whether the cache has the complete jar set. */
export function isCached(set: JarSet): boolean {
  return existsSync(folderOfJars(set));
}

/**
 * The class path of a jar set. Maven downloads it if it is not in the cache.
 *
 * A complete set is moved into the cache atomically. A killed download leaves only a `partial-…` folder, which a later download
 * removes after an hour. Of two simultaneous downloads, the first one counts. Maven uses a separate repository, because two Mavens
 * may corrupt a shared one in `~/.m2`.
 *
 * @throws TL_BROKERS_MAVEN_MISSING, TL_BROKERS_DOWNLOAD_FAILED
 */
export async function fetchJars(set: JarSet, options: FetchOptions = {}): Promise<string> {
  const folder = folderOfJars(set);
  if (!isCached(set)) await download(set, folder, options);
  return join(folder, '*');
}

async function download(set: JarSet, folder: string, options: FetchOptions): Promise<void> {
  const { tell = (line) => process.stderr.write(`${line}\n`), signal } = options;
  await mkdir(cacheFolder(), { recursive: true });
  await removeLeftBehind();
  const partial = await mkdtemp(join(cacheFolder(), partialPrefix));
  try {
    const jars = join(partial, 'jars');
    await writeFile(join(partial, 'pom.xml'), pomOf(set));
    tell(`Downloading ${set.title} with Maven (once, about ${set.megabytes} MB) …`);
    const maven = await runCommand(
      'mvn',
      [
        ...['-B', '-q', '--strict-checksums', ...goalFor(set), '-DincludeScope=runtime'],
        ...[`-DoutputDirectory=${jars}`, `-Dmaven.repo.local=${join(partial, 'repository')}`],
      ],
      { cwd: partial, ...(signal === undefined ? {} : { signal }) },
    );
    if (!maven.found) throw brokerErrors.mavenMissing(set.title);
    if (maven.code !== 0) throw brokerErrors.downloadFailed(set.title, lastLines(maven.output));
    if (set.program !== undefined) await chmod(join(jars, set.program), 0o755);
    await rename(jars, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** The arguments of Maven: all jars of a set, the content of its archives, or only the file that is needed from the artifact. */
function goalFor({ program, artifacts }: JarSet): readonly string[] {
  const hasArchive = artifacts.some(({ archive }) => archive !== undefined);
  if (program === undefined && !hasArchive) return [`${dependencyPlugin}:copy-dependencies`];
  return [
    `${dependencyPlugin}:unpack-dependencies`,
    ...(program === undefined ? [] : [`-Dmdep.unpack.includes=${program}`]),
    '-DexcludeTransitive=true',
  ];
}

async function removeLeftBehind(): Promise<void> {
  for (const name of await readdir(cacheFolder())) {
    if (!name.startsWith(partialPrefix)) continue;
    const path = join(cacheFolder(), name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > leftBehindMs) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
