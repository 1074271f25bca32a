/** `npm run bench`: what a message costs, here and with the peers, on real brokers. */
import { resolve } from 'node:path';
import { realBrokers } from '#brokers';
import { readArguments, USAGE, type Arguments } from './arguments.js';
import { openStage } from './harness/stage.js';
import { documentOf } from './output/json.js';
import { progressOn } from './output/progress.js';
import { tableOf } from './output/table.js';
import { writePages } from './output/write-pages.js';
import { playSuites } from './play-suites.js';
import { suites } from './scenarios/index.js';

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

function argumentsOrExit(): Arguments {
  try {
    return readArguments(process.argv.slice(2), Object.keys(suites));
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    tell(USAGE);
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
  tell(typeof brokers === 'object' ? brokers.missing : 'The bench starts its brokers with Java.');
  process.exit(1);
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The first one ends contenders and brokers, the second one does not wait for that: brokers end with this process.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort();
  });
}
// kafkajs warns of its own idle timers on Node 24 (kafkajs #1751).
process.removeAllListeners('warning');
process.on('warning', ({ name, message }) => {
  if (name !== 'TimeoutNegativeWarning') tell(`${name}: ${message}`);
});

tell('Starting Kafka and ElasticMQ …');
const began = performance.now();
const stage = await openStage();
const nodeArgs =
  wanted.profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(wanted.profiles)}`];
try {
  const played = await playSuites(stage, wanted, {
    nodeArgs,
    audience: progressOn(process.stderr),
    signal: interruption.signal,
  });
  const all = [...played.values()].flat();
  process.stdout.write(
    wanted.output === 'json'
      ? `${JSON.stringify(documentOf([...played.keys()], all), null, 2)}\n`
      : `\n${all.map(tableOf).join('\n\n')}\n`,
  );
  if (wanted.writes === 'pages') await writePages(played);
  const problems = all.flatMap(({ rows }) => rows).filter(({ problem }) => problem !== null);
  tell(`${all.length} scenarios in ${Math.round((performance.now() - began) / 1_000)} s.`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} catch (error) {
  if (!interruption.signal.aborted) throw error;
  process.exitCode = 130;
} finally {
  await stage.close();
}
process.exit();
