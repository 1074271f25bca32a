import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrokerRecipe } from '../broker.js';
import { brokerErrors } from '../broker-errors.js';
import { type FetchOptions, fetchJars } from '../java/jar-cache.js';
import { kafkaJars } from '../java/jar-sets.js';
import { assertJava, javaArgs, type JavaOptions } from '../java/java.js';
import { kafkaAnswers } from './kafka-answers.js';
import { type KafkaNode, kafkaProperties, type ScramUser } from './kafka-properties.js';
import { kafkaVersion, type KafkaVersionOptions } from './kafka-version.js';
import { lastLines } from '../process/log-tail.js';
import { host } from '../process/ports.js';
import { runCommand } from '../process/run-command.js';

/** A cluster id is 16 bytes in base64; all nodes of a cluster have the same: `Throughline-0001`. */
const clusterId = 'VGhyb3VnaGxpbmUtMDAwMQ';

/** Prepares the files of `self`, one of `nodes`, in `folder`. */
export async function kafkaNodeRecipe(
  self: KafkaNode,
  nodes: readonly KafkaNode[],
  folder: string,
  options: FetchOptions & JavaOptions & KafkaVersionOptions,
): Promise<BrokerRecipe> {
  const jars = kafkaJars(kafkaVersion(options));
  await assertJava();
  const classPath = await fetchJars(jars, options);
  await format(self, nodes, folder, classPath, options.signal);
  const properties = join(folder, 'server.properties');
  await writeFile(properties, kafkaProperties(self, nodes, join(folder, 'data')));
  const { id, port: openPort, loginPort: port = openPort } = self;
  return {
    title: nodes.length === 1 ? 'Kafka' : `Kafka, node ${id}`,
    port,
    address: `${host}:${port}`,
    command: 'java',
    args: [...javaArgs(options), '-Xmx512m', '-cp', classPath, 'kafka.Kafka', properties],
    logFile: join(folder, 'broker.log'),
    answers: () => kafkaAnswers(openPort),
  };
}

/** Formats the data folder, unless it exists. It is created atomically, so a killed start leaves no incomplete folder. */
async function format(
  self: KafkaNode,
  nodes: readonly KafkaNode[],
  folder: string,
  classPath: string,
  signal?: AbortSignal,
): Promise<void> {
  const data = join(folder, 'data');
  if (existsSync(data)) return;
  const [draft, properties] = [join(folder, 'data.draft'), join(folder, 'format.properties')];
  await rm(draft, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(properties, kafkaProperties(self, nodes, draft));
  const { code, output } = await runCommand(
    'java',
    [
      ...javaArgs({ compiler: 'quick' }),
      '-cp',
      classPath,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      properties,
      ...(self.scramUsers ?? []).flatMap(addScram),
    ],
    signal === undefined ? {} : { signal },
  );
  if (code !== 0) throw brokerErrors.formatFailed('Kafka', lastLines(output));
  await rename(draft, data);
}

const addScram = ({ mechanism, username, password }: ScramUser): readonly string[] => [
  '--add-scram',
  `${mechanism}=[name=${username},password=${password}]`,
];
