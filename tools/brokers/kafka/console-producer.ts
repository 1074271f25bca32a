import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Broker } from '../broker.js';
import { fetchJars } from '../java/jar-cache.js';
import { kafkaJars } from '../java/jar-sets.js';
import { javaArgs } from '../java/java.js';
import { kafkaVersion } from './kafka-version.js';

/**
 * Writes lines to a topic with Kafka's console producer, which is a Java client. Each line becomes a record.
 *
 * @param compression Kafka's name of a codec, such as `snappy`
 */
export async function produceWithJava(
  { address }: Pick<Broker, 'address'>,
  topic: string,
  compression: string,
  lines: readonly string[],
): Promise<void> {
  const producer = spawn(
    'java',
    [
      ...javaArgs({ compiler: 'quick' }),
      '-cp',
      await fetchJars(kafkaJars(kafkaVersion())),
      'org.apache.kafka.tools.ConsoleProducer',
      ...['--bootstrap-server', address, '--topic', topic, '--compression-codec', compression],
    ],
    { stdio: ['pipe', 'ignore', 'ignore'] },
  );
  producer.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [code] = (await once(producer, 'close')) as readonly unknown[];
  if (code !== 0) throw new Error(`The console producer ended with the code ${String(code)}.`);
}
