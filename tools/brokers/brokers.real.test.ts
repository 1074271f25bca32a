import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ask, elasticMqAnswers, redisAnswers } from './process/answers.js';
import { type Broker } from './broker.js';
import { startElasticMq } from './elasticmq/elasticmq.js';
import { startKafka } from './kafka/kafka.js';
import { type KafkaCluster, startKafkaCluster } from './kafka/kafka-cluster.js';
import { kafkaAnswers } from './kafka/kafka-answers.js';
import { kafkaVersion } from './kafka/kafka-version.js';
import { startRedis } from './redis/redis.js';

jest.setTimeout(120_000);

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const started: Broker[] = [];
const keep = (broker: Broker): Broker => {
  started.push(broker);
  return broker;
};
afterAll(() => Promise.all(started.map((broker) => broker.stop())));

const pidOf = (broker: Broker): number => {
  if (broker.pid === undefined) throw new Error('the broker is down');
  return broker.pid;
};

const sqs = async (broker: Broker, query: string): Promise<string> => {
  const response = await fetch(`${broker.address}/${query}`);
  return response.text();
};

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** One request in Kafka's protocol (kafkajs is loaded by libs/kafka alone). */
const kafka = async (
  broker: Broker,
  key: number,
  version: number,
  ...body: readonly Buffer[]
): Promise<string> => {
  const head = [int16(key), int16(version), int32(1), int16(-1)];
  const request = Buffer.concat([...head, ...body]);
  const answer = await ask(
    broker.port,
    Buffer.concat([int32(request.length), request]),
    (bytes) => bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0),
  );
  return answer?.toString('latin1') ?? '';
};

/** Metadata, version 1, of all topics. */
const topics = (broker: Broker): Promise<string> => kafka(broker, 3, 1, int32(-1));

/** A node learns from its controller what there is, a moment after the others or after its own start. */
const untilListed = async (broker: Broker, name: string): Promise<void> => {
  while (!(await topics(broker)).includes(name)) await wait(100);
};

/**
 * CreateTopics, version 2: one partition. Asked again until this node lists the topic, since a cluster refuses as
 * many copies as it has nodes while one of them has not been taken in.
 */
const createTopic = async (broker: Broker, name: string, copies = 1): Promise<void> => {
  const size = [int32(1), int16(copies)];
  const topic = [int16(name.length), Buffer.from(name), ...size, int32(0), int32(0)];
  while (!(await topics(broker)).includes(name)) {
    await kafka(broker, 19, 2, int32(1), ...topic, int32(10_000), Buffer.from([0]));
    await wait(100);
  }
};

/** @param ending with what the answer ends */
const redis = async (broker: Broker, command: string, ending = '\r\n'): Promise<string> => {
  const answer = await ask(broker.port, `${command}\r\n`, (bytes) => bytes.includes(ending));
  return answer?.toString() ?? '';
};

describe('Kafka', () => {
  it('answers, ends when killed, and restarts on the same port with its data', async () => {
    const broker = keep(await startKafka());
    const first = pidOf(broker);
    expect(await kafkaAnswers(broker.port)).toBe(true);
    expect(broker.address).toBe(`127.0.0.1:${broker.port}`);
    await createTopic(broker, 'order_events');

    await broker.kill();
    expect(broker.pid).toBeUndefined();
    expect(isRunning(first)).toBe(false);
    expect(await kafkaAnswers(broker.port)).toBe(false);

    await broker.restart();
    expect(await kafkaAnswers(broker.port)).toBe(true);
    expect(broker.pid).not.toBe(first);
    await untilListed(broker, 'order_events');
    await broker.stop();
    expect(await kafkaAnswers(broker.port)).toBe(false);
  });
});

describe('Kafka on three nodes', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafkaCluster({ nodes: 3 });
  });
  afterAll(() => cluster.kill());

  it('is of the version of this run', async () => {
    const logs = await Promise.all(cluster.nodes.map(({ logFile }) => readFile(logFile, 'utf8')));

    for (const log of logs) expect(log).toContain(`Kafka version: ${kafkaVersion()}`);
  });

  it('continues while one is killed, and accepts it again', async () => {
    const [first, second] = cluster.nodes as [Broker, Broker, Broker];
    await createTopic(second, 'order_events', 3);

    await first.kill();
    expect(await kafkaAnswers(first.port)).toBe(false);
    await untilListed(second, 'order_events');
    await first.restart();

    await untilListed(first, 'order_events');
    expect(cluster.address.split(',')).toEqual(cluster.nodes.map(({ address }) => address));
  });

  it('restarts with its data after all were killed', async () => {
    const [first] = cluster.nodes as [Broker, Broker, Broker];
    await createTopic(first, 'order_audits', 3);

    await cluster.kill();
    expect(cluster.nodes.map(({ pid }) => pid)).toEqual([undefined, undefined, undefined]);
    await cluster.restart();

    expect(await kafkaAnswers(first.port, 3)).toBe(true);
    await untilListed(first, 'order_audits');
  });
});

describe('ElasticMQ', () => {
  it('returns queue URLs with its real port, and keeps an acknowledged message over a kill', async () => {
    const broker = keep(await startElasticMq());
    const created = await sqs(broker, '?Action=CreateQueue&QueueName=orders');
    await sqs(broker, '000000000000/orders?Action=SendMessage&MessageBody=kept');

    await broker.kill();
    expect(await elasticMqAnswers(broker.port)).toBe(false);
    await broker.restart();

    expect(created).toContain(`<QueueUrl>${broker.address}/000000000000/orders</QueueUrl>`);
    const received = await sqs(broker, '000000000000/orders?Action=ReceiveMessage');
    expect(received).toContain('<Body>kept</Body>');
  });

  it('has the limits of SQS', async () => {
    const broker = keep(await startElasticMq({ storage: 'memory' }));
    await sqs(broker, '?Action=CreateQueue&QueueName=orders');

    const refused = await sqs(
      broker,
      '000000000000/orders?Action=ReceiveMessage&MaxNumberOfMessages=11',
    );

    expect(refused).toContain('<Error>');
  });
});

describe('Redis', () => {
  it('keeps what it answered over a kill', async () => {
    const broker = keep(await startRedis());
    await redis(broker, 'INCR seen');

    await broker.kill();
    await broker.restart();

    expect(await redis(broker, 'INCR seen')).toBe(':2\r\n');
  });

  it('has written what it answers, however busy the disk is', async () => {
    const broker = keep(await startRedis());

    // An answer of which a kill loses the effect takes a disk that is slow to reproduce.
    const policy = await redis(broker, 'CONFIG GET appendfsync', 'always\r\n');

    expect(policy).toContain('always');
  });

  it('does not respond while halted, answers when it continues, and can be stopped while halted', async () => {
    const broker = keep(await startRedis());

    broker.pause();
    expect(await redisAnswers(broker.port)).toBe(false);
    broker.resume();
    expect(await redisAnswers(broker.port)).toBe(true);
    broker.pause();
    await broker.stop();

    expect(broker.pid).toBeUndefined();
  });

  it('names the port when it is taken', async () => {
    const broker = keep(await startRedis());

    await expect(startRedis({ port: broker.port })).rejects.toMatchObject({
      code: 'TL_BROKERS_PORT_TAKEN',
      message: expect.stringContaining(`port ${broker.port}`) as unknown,
    });
  });
});
