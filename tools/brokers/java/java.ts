import { brokerErrors } from '../broker-errors.js';
import { runCommand } from '../process/run-command.js';

/** Kafka 4 does not run on older versions. */
const oldestJava = 17;

/** How a broker's Java is run. */
export interface JavaOptions {
  /**
   * `quick` (default): starts with half the CPU time, for tests. `thorough`: faster when warm, to measure speed.
   */
  readonly compiler?: 'quick' | 'thorough';
}

/** A starting Java spends most of its CPU time in its second compiler, for code that a test's broker seldom runs again. */
const quick = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** The first arguments of `java`. */
export const javaArgs = ({ compiler = 'quick' }: JavaOptions): readonly string[] =>
  compiler === 'quick' ? quick : [];

/** The major version in the output of `java -version`. `undefined` if there is none. */
export function majorVersionOf(printed: string): number | undefined {
  const major = /version "(?:1\.)?(\d+)/.exec(printed)?.[1];
  return major === undefined ? undefined : Number(major);
}

/** What is wrong with this machine's Java, to follow the word "and". `undefined` if nothing is. */
export async function javaComplaint(): Promise<string | undefined> {
  const { found, output } = await runCommand('java', ['-version']);
  if (!found) return 'java is not on the PATH';
  const major = majorVersionOf(output);
  if (major === undefined) return 'the java on the PATH does not report its version';
  return major < oldestJava ? `the java on the PATH is version ${major}` : undefined;
}

/** @throws TL_BROKERS_JAVA_MISSING; TL_BROKERS_PLATFORM on Windows. */
export async function assertJava(): Promise<void> {
  if (process.platform === 'win32') throw brokerErrors.platform(process.platform);
  const complaint = await javaComplaint();
  if (complaint !== undefined) throw brokerErrors.javaMissing(complaint);
}
