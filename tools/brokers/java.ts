import { brokerErrors } from './broker-errors.js';
import { runCommand } from './run-command.js';

/** Kafka 4 refuses to run on anything older. */
const oldestJava = 17;

/** How a broker's Java is run. */
export interface JavaOptions {
  /**
   * `quick` (default): ready with half the CPU time; choose it for tests. `thorough`: faster once it is warm; choose it where
   * speed is measured.
   */
  readonly compiler?: 'quick' | 'thorough';
}

/** Most of a young Java's CPU time goes to its second compiler, for code that a test's broker seldom runs again. */
const quick = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** What `java` is told before all else. */
export const javaArgs = ({ compiler = 'quick' }: JavaOptions): readonly string[] =>
  compiler === 'quick' ? quick : [];

/** The major version in what `java -version` prints; `undefined` if there is none. */
export function majorVersionOf(printed: string): number | undefined {
  const major = /version "(?:1\.)?(\d+)/.exec(printed)?.[1];
  return major === undefined ? undefined : Number(major);
}

/** What is wrong with this machine's Java, in words that go on from "and …"; `undefined` if nothing is. */
export async function javaComplaint(): Promise<string | undefined> {
  const { found, output } = await runCommand('java', ['-version']);
  if (!found) return 'java is not on the PATH';
  const major = majorVersionOf(output);
  if (major === undefined) return 'the java on the PATH does not tell its version';
  return major < oldestJava ? `the java on the PATH is version ${major}` : undefined;
}

/** @throws TL_BROKERS_JAVA_MISSING; TL_BROKERS_PLATFORM on Windows. */
export async function assertJava(): Promise<void> {
  if (process.platform === 'win32') throw brokerErrors.platform(process.platform);
  const complaint = await javaComplaint();
  if (complaint !== undefined) throw brokerErrors.javaMissing(complaint);
}
