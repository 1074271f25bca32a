import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { resolve } from 'node:path';
import { kafkaJs } from 'throughline/kafka';
import { committedOf } from '../support/brokers/committed-of.js';
import { KafkaTopic } from '../support/brokers/kafka-topic.js';
import { killPrograms, Program } from '../support/programs/program.js';
import { localSqs, localSqsEnv, SqsQueue } from '../support/brokers/sqs-queue.js';
import { testKafka, testSqs, unique } from '../support/brokers/test-brokers.js';

const TEN = Array.from({ length: 10 }, (_, number) => `task-${number}`);
const GROUP = 'ten-slow';

let queue: SqsQueue;
let topic: KafkaTopic;
let env: Readonly<Record<string, string>>;

jest.setTimeout(120_000);
beforeEach(async () => {
  const QUEUE = unique('slow');
  queue = await SqsQueue.open(localSqs(testSqs()), QUEUE);
  topic = await KafkaTopic.open(kafkaJs({ brokers: [testKafka()] }), unique('slow'), 3);
  env = { ...localSqsEnv(testSqs()), QUEUE, TOPIC: topic.name, KAFKA_BROKERS: testKafka() };
});
afterEach(async () => {
  await killPrograms();
  queue.close();
  await topic.driver.close();
});

const start = (WORK_MS: string): Program =>
  new Program(['--import', './tools/typescript.mjs', resolve('test/apps/ten-slow.ts')], {
    ...env,
    WORK_MS,
  });

const sendTen = async (): Promise<void> => {
  await Promise.all(TEN.map((name) => queue.send(JSON.stringify(name))));
  await Promise.all(TEN.map((name) => topic.send(JSON.stringify(name), name)));
};

const namesIn = (log: string, pattern: RegExp): readonly string[] =>
  [...log.matchAll(pattern)].map(([, name = '']) => name).toSorted();

describe('A stop with ten handlers in progress on each broker', () => {
  it('waits for all of them, settles each one time, and exits with 0', async () => {
    const first = start('2000');
    await sendTen();
    await first.waitForLine(/^begin sqs/, 10);
    await first.waitForLine(/^begin kafka/, 10);
    const endedBefore = first.count(/^end /);

    first.signal('SIGTERM');
    const ending = await first.ended;

    expect(ending).toEqual({ code: 0, signal: null });
    expect(endedBefore).toBe(0);
    expect(namesIn(first.log, /^end sqs (.*)$/gm)).toEqual(TEN);
    expect(namesIn(first.log, /^end kafka (.*)$/gm)).toEqual(TEN);
    expect(first.log.indexOf('database destroyed')).toBeGreaterThan(first.log.lastIndexOf('end '));
    expect(await queue.size()).toBe(0);
    expect(await committedOf(testKafka(), GROUP, topic.name)).toBe(10);

    const second = start('0');
    await queue.send('"marker"');
    await topic.send('"marker"', 'marker');
    await second.waitForLine(/^end sqs marker/);
    await second.waitForLine(/^end kafka marker/);
    expect(await second.stop()).toEqual({ code: 0, signal: null });
    expect(namesIn(second.log, /^begin (.*)$/gm)).toEqual(['kafka marker', 'sqs marker']);
  });

  it('exits immediately with 130 on a second Ctrl-C, and everything is redelivered', async () => {
    const first = start('600000');
    await sendTen();
    await first.waitForLine(/^begin sqs/, 10);
    await first.waitForLine(/^begin kafka/, 10);

    first.signal('SIGINT');
    await first.waitForLine(/Received SIGINT. Finishing 20 messages in progress/);
    first.signal('SIGINT');

    expect(await first.ended).toEqual({ code: 130, signal: null });
    expect(first.log).not.toMatch(/^end /m);
    expect(await queue.size()).toBe(10);
    expect(await committedOf(testKafka(), GROUP, topic.name)).toBe(0);
  });
});
