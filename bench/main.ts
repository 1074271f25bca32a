/** `npm run bench`: measures the cost of a message with Throughline and its peers, on real brokers. */
import { resolve } from 'node:path';
import { realBrokers } from '#brokers';
import { readArguments, USAGE, type Arguments } from './arguments.js';
import { openEnvironment } from './harness/environment.js';
import { documentOf } from './output/json.js';
import { progressOn } from './output/progress.js';
import { tableOf } from './output/table.js';
import { writePages } from './output/write-pages.js';
import { runSuites } from './run-suites.js';
import { suites } from './scenarios/index.js';

const log = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

function argumentsOrExit(): Arguments {
  try {
    return readArguments(process.argv.slice(2), Object.keys(suites));
  } catch (error) {
    log(error instanceof Error ? error.message : String(error));
    log(USAGE);
    process.exit(2);
  }
}

function listOf(size: Arguments['size']): string {
  return Object.entries(suites)
    .flatMap(([suite, scenariosOf]) => [
      suite,
      ...scenariosOf(size).flatMap(({ name, entries }) => [
        `  ${name}`,
        ...entries.map(({ title }) => `    ${title}`),
      ]),
    ])
    .join('\n');
}

const wanted = argumentsOrExit();
if (wanted.output === 'help' || wanted.output === 'list') {
  process.stdout.write(`${wanted.output === 'help' ? USAGE : listOf(wanted.size)}\n`);
  process.exit(0);
}
const brokers = await realBrokers({ prefer: 'java' });
if (brokers !== 'java') {
  log(typeof brokers === 'object' ? brokers.missing : 'The bench starts its brokers with Java.');
  process.exit(1);
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The first signal stops candidates and brokers. The second one does not wait for that; brokers end with this process.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort();
  });
}
// kafkajs warns of its own idle timers on Node 24 (kafkajs #1751).
process.removeAllListeners('warning');
process.on('warning', ({ name, message }) => {
  if (name !== 'TimeoutNegativeWarning') log(`${name}: ${message}`);
});

log('Starting Kafka and ElasticMQ …');
const began = performance.now();
const environment = await openEnvironment();
const nodeArgs =
  wanted.profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(wanted.profiles)}`];
try {
  const results = await runSuites(environment, wanted, {
    nodeArgs,
    progress: progressOn(process.stderr),
    signal: interruption.signal,
  });
  const all = [...results.values()].flat();
  process.stdout.write(
    wanted.output === 'json'
      ? `${JSON.stringify(documentOf([...results.keys()], all), null, 2)}\n`
      : `\n${all.map(tableOf).join('\n\n')}\n`,
  );
  if (wanted.writes === 'pages') await writePages(results);
  const problems = all.flatMap(({ rows }) => rows).filter(({ problem }) => problem !== null);
  log(`${all.length} scenarios in ${Math.round((performance.now() - began) / 1_000)} s.`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} catch (error) {
  if (!interruption.signal.aborted) throw error;
  process.exitCode = 130;
} finally {
  await environment.close();
}
process.exit();
