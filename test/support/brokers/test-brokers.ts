import { randomUUID } from 'node:crypto';
import { env } from 'node:process';
import { kafkaJs, memory, type KafkaDriver } from 'throughline/kafka';
import { startEmbeddedSqs } from 'throughline/testing';
import { localSqs } from './sqs-queue.js';

/** The two brokers that a test runs on. */
export interface TestBrokers {
  readonly name: string;
  /** The option `client` of `sqs()`. */
  readonly sqsClient: ReturnType<typeof localSqs>;
  /** Creates a driver. Embedded drivers share one broker. */
  readonly driver: () => KafkaDriver;
  readonly close: () => Promise<void>;
}

/** Opens the brokers, before the tests of a file. */
export type OpenTestBrokers = () => Promise<TestBrokers>;

export const embeddedBrokers: OpenTestBrokers = async () => {
  const embedded = await startEmbeddedSqs();
  const broker = memory();
  return {
    name: 'embedded brokers',
    sqsClient: localSqs(embedded.url),
    // Closing a driver stops everything that it has created, but all tests share this broker.
    driver: () => ({ ...broker, close: () => Promise.resolve() }),
    close: async () => {
      await broker.close();
      await embedded.stop();
    },
  };
};

function required(name: 'TEST_KAFKA' | 'TEST_SQS'): string {
  const value = env[name];
  if (value === undefined) throw new Error(`${name}: this test needs the "real" project's set-up.`);
  return value;
}

export const testKafka = (): string => required('TEST_KAFKA');
export const testSqs = (): string => required('TEST_SQS');

export const realBrokers: OpenTestBrokers = () =>
  Promise.resolve({
    name: 'real brokers',
    sqsClient: localSqs(testSqs()),
    driver: () => kafkaJs({ brokers: [testKafka()], clientId: 'test' }),
    close: () => Promise.resolve(),
  });

/** A name that no other test uses. */
export const unique = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;
