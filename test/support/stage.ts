import { randomUUID } from 'node:crypto';
import { env } from 'node:process';
import { kafkaJs, memory, type KafkaDriver } from 'throughline/kafka';
import { startEmbeddedSqs } from 'throughline/testing';
import { localSqs } from './sqs-queue.js';

/** The two brokers that a story is told on. */
export interface Stage {
  readonly name: string;
  /** What `sqs({ client })` takes. */
  readonly sqsClient: ReturnType<typeof localSqs>;
  /** A driver of one's own; on the embedded stage all share one broker. */
  readonly driver: () => KafkaDriver;
  readonly close: () => Promise<void>;
}

/** Opens a stage; called before the tests of a file. */
export type OpenStage = () => Promise<Stage>;

export const embeddedStage: OpenStage = async () => {
  const embedded = await startEmbeddedSqs();
  const broker = memory();
  return {
    name: 'embedded brokers',
    sqsClient: localSqs(embedded.url),
    // A driver's `close` stops all that was made from it; the broker is everyone's.
    driver: () => ({ ...broker, close: () => Promise.resolve() }),
    close: async () => {
      await broker.close();
      await embedded.stop();
    },
  };
};

function given(name: 'TEST_KAFKA' | 'TEST_SQS'): string {
  const value = env[name];
  if (value === undefined) throw new Error(`${name}: this test needs the "real" project's set-up.`);
  return value;
}

export const testKafka = (): string => given('TEST_KAFKA');
export const testSqs = (): string => given('TEST_SQS');

export const realStage: OpenStage = () =>
  Promise.resolve({
    name: 'real brokers',
    sqsClient: localSqs(testSqs()),
    driver: () => kafkaJs({ brokers: [testKafka()], clientId: 'test' }),
    close: () => Promise.resolve(),
  });

/** A name that no other test has. */
export const unique = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;
