import { join } from 'node:path';
import { reasonOf, ThroughlineError } from '#base';
import { brokerErrors } from '../broker-errors.js';
import { defaultKafkaVersion } from '../kafka/kafka-version.js';
import { realBrokers } from '../real-brokers.js';
import { dockerDown, dockerUp } from './docker-brokers.js';
import { localDown, localUp, runningPid } from './local-brokers.js';
import { oneAtATime } from './one-at-a-time.js';
import { exportLines, services } from './service.js';
import { statusOf } from './status.js';

const usage = `Usage: npm run brokers -- up | down | status

  up      starts Kafka (9092), ElasticMQ (9324) and Redis (6379), waits until they respond, and prints the settings of the order service: eval "$(npm run --silent brokers -- up)"
  down stops them and keeps their data
  status  one line per broker; exit code 1 if one of them does not respond`;

/** The environment of the command. Tests pass their own. */
export interface CommandContext {
  /** The folder of docker-compose.yml. The state is in its folder `.brokers`. */
  readonly root: string;
  /** Standard output: only what a shell may evaluate, and requested information. */
  readonly print: (line: string) => void;
  /** Standard error. */
  readonly tell: (line: string) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Runs `up`, `down` or `status` and resolves to the exit code. It never rejects. */
export async function brokersCommand(
  words: readonly string[],
  context: CommandContext,
): Promise<number> {
  const [word, ...rest] = words;
  const command = rest.length === 0 && word !== undefined ? commands.get(word) : undefined;
  if (command === undefined) {
    context.tell(usage);
    return exitCodes.usage;
  }
  try {
    return await command(context);
  } catch (error) {
    if (context.signal.aborted) {
      context.tell('interrupted: the brokers that this command started are stopped');
      return exitCodes.interrupted;
    }
    context.tell(describe(error));
    return exitCodes.failed;
  }
}

const commands = new Map(
  Object.entries<(context: CommandContext) => Promise<number>>({
    up: async (context) => {
      const { root, print, signal } = context;
      const stateFolder = join(root, '.brokers');
      await oneAtATime(stateFolder, async () => {
        const way = await wayToRun(stateFolder);
        if (way === 'docker') await dockerUp(root, signal);
        else await localUp({ ...context, stateFolder });
      });
      exportLines.forEach(print);
      return exitCodes.done;
    },
    down: async (context) => {
      const stateFolder = join(context.root, '.brokers');
      await oneAtATime(stateFolder, async () => {
        await localDown({ ...context, stateFolder });
        const way = await realBrokers({ version: defaultKafkaVersion });
        if (way === 'docker') await dockerDown(context.root);
      });
      return exitCodes.done;
    },
    status: async ({ root, print }) => {
      const { lines, allAnswer } = await statusOf(join(root, '.brokers'));
      lines.forEach(print);
      return allAnswer ? exitCodes.done : exitCodes.failed;
    },
  }),
);

/** Prefers what runs already, so that a Docker daemon that has started since does not compete for the ports. */
async function wayToRun(stateFolder: string): Promise<'docker' | 'java'> {
  if (services.some((service) => runningPid(stateFolder, service) !== undefined)) return 'java';
  const way = await realBrokers({ version: defaultKafkaVersion });
  if (typeof way === 'object') throw brokerErrors.nothingToRun(way.missing);
  return way;
}

function describe(error: unknown): string {
  return error instanceof ThroughlineError ? `${error.code}: ${error.message}` : reasonOf(error);
}
