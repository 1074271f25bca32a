import { setTimeout as wait } from 'node:timers/promises';
import { type Broker } from '../broker.js';
import { brokerErrors } from '../broker-errors.js';
import { startChildBroker } from '../process/child-broker.js';
import { dataFolderOf } from '../process/data-folder.js';
import { type FetchOptions } from '../java/jar-cache.js';
import { type JavaOptions } from '../java/java.js';
import { kafkaAnswers } from './kafka-answers.js';
import { kafkaNodeRecipe } from './kafka-node.js';
import { type KafkaListener, type KafkaNode } from './kafka-properties.js';
import { type KafkaVersionOptions } from './kafka-version.js';
import { tailOf } from '../process/log-tail.js';
import { freePorts } from '../process/ports.js';

const joinedWithinSeconds = 60;
const askEveryMs = 100;

export interface KafkaClusterOptions extends FetchOptions, JavaOptions, KafkaVersionOptions {
  /** The number of nodes. A topic has up to three replicas, and all but one of them must have a record. */
  readonly nodes: number;
  /** Further listeners of each node. The first node is 0. Default: none. */
  readonly listeners?: (node: number) => readonly KafkaListener[];
}

/** A cluster of real Kafka nodes, each a broker and a controller. None outlives the process that started it. */
export interface KafkaCluster {
  /** The address of each node, with commas between. */
  readonly address: string;
  /** Each can be killed, halted and restarted by itself, as long as most of them run. */
  readonly nodes: readonly Broker[];
  /** Kills all nodes (SIGKILL). Resolves when they have ended. */
  kill(): Promise<void>;
  /**
   * Starts or restarts all nodes. Resolves when all have found each other.
   *
   * @throws TL_BROKERS_PORT_TAKEN, TL_BROKERS_DIED_AT_START, TL_BROKERS_NOT_READY (60 s)
   */
  restart(): Promise<void>;
}

/**
 * Starts Apache Kafka (KRaft) on several nodes, and resolves when all have found each other.
 *
 * @throws as `startKafka`
 * @example
 * const cluster = await startKafkaCluster({ nodes: 3 });
 * const kafka = new Kafka({ brokers: cluster.address.split(',') });
 * await cluster.nodes[0]?.kill();     // the other two continue …
 * await cluster.nodes[0]?.restart();  // … and accept it again
 * await cluster.kill();
 */
export async function startKafkaCluster(options: KafkaClusterOptions): Promise<KafkaCluster> {
  const plan = await planOf(options);
  const started = await Promise.allSettled(plan.map((self) => startNode(self, plan, options)));
  const nodes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const killAll = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
  };
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await killAll();
    throw failed.reason;
  }
  await untilJoined(nodes);
  return {
    address: nodes.map(({ address }) => address).join(','),
    nodes,
    kill: killAll,
    restart: async () => {
      await Promise.all(nodes.map((node) => node.restart()));
      await untilJoined(nodes);
    },
  };
}

async function planOf({ nodes, listeners }: KafkaClusterOptions): Promise<readonly KafkaNode[]> {
  const ports = await freePorts(nodes * 2);
  return Array.from({ length: nodes }, (_, index) => ({
    id: index + 1,
    port: ports[index] ?? 0,
    controllerPort: ports[nodes + index] ?? 0,
    listeners: listeners?.(index) ?? [],
  }));
}

async function startNode(
  self: KafkaNode,
  plan: readonly KafkaNode[],
  options: FetchOptions & JavaOptions & KafkaVersionOptions,
): Promise<Broker> {
  const { dataDir, removed } = await dataFolderOf('kafka', {});
  return startChildBroker(await kafkaNodeRecipe(self, plan, dataDir, options), removed);
}

/** A node answers as soon as it has a controller. Its metadata may lack other nodes at first. */
async function untilJoined(nodes: readonly Broker[]): Promise<void> {
  const deadline = performance.now() + joinedWithinSeconds * 1_000;
  for (const { port, logFile } of nodes) {
    while (!(await kafkaAnswers(port, nodes.length))) {
      if (performance.now() > deadline)
        throw brokerErrors.notReady('Kafka', joinedWithinSeconds, logFile, tailOf(logFile));
      await wait(askEveryMs);
    }
  }
}
