import { avro, bytes, text } from 'throughline/codecs';
import { kafka, kafkaJs, memory as memoryDriver, platformatic, topic } from 'throughline/kafka';
import { memory, memoryBroker } from 'throughline/memory';
import { queue, sqs } from 'throughline/sqs';
import { anyJson as schema } from 'throughline/transport';
import { open } from './applications.js';
import type { Row } from './row.js';
import { NOT } from './wrong-values.js';

/** Optional options of `kafka()` and `kafkaJs()`. */
const sasl = { mechanism: 'plain', username: 'user', password: 'secret' };
const KAFKA_CLIENT = {
  brokers: [...NOT.texts, [], ['localhost'], ['kafka://localhost:9092'], ['localhost:70000']],
  ssl: NOT.object.filter((value) => typeof value !== 'boolean'),
  sasl: NOT.object,
};

const CHANNEL = {
  schema: NOT.instance,
  key: NOT.fn,
  codec: NOT.instance,
  transport: NOT.text,
};
const channel = { schema, key: (): string => 'k', codec: bytes(), transport: 'audit' };

const registry = {
  getLatestSchemaId: (): Promise<number> => Promise.resolve(1),
  getSchema: (): Promise<unknown> => Promise.resolve({}),
  encode: (): Promise<Uint8Array> => Promise.resolve(new Uint8Array()),
  decode: (): Promise<unknown> => Promise.resolve({}),
};

const namedWith = ({ name }: { readonly name: string }): unknown => [
  queue(name, { schema }),
  topic(name, { schema }),
];

export const transportRows: readonly Row[] = [
  {
    of: 'sqs()',
    types: ['SqsOptions', 'TransportOptions'],
    call: (options) => open(sqs(options)),
    valid: {
      name: 'audit',
      nestPatterns: true,
      queues: { orders: 'prod-orders' },
      waitTime: '20s',
      createMissing: true,
      client: { region: 'eu-central-1' },
    },
    wrong: {
      name: NOT.text,
      nestPatterns: NOT.flag,
      queues: [...NOT.object, { orders: 5 }, { orders: '' }, { orders: null }],
      waitTime: [...NOT.duration, '21s'],
      createMissing: NOT.flag,
      client: NOT.object,
    },
  },
  {
    of: 'kafka()',
    types: ['KafkaOptions', 'TransportOptions'],
    call: (options) => open(kafka(options)),
    valid: {
      name: 'audit',
      nestPatterns: true,
      brokers: ['localhost:9092'],
      ssl: true,
      sasl,
      driver: memoryDriver(),
      topics: { events: 'prod-events' },
      createMissing: true,
      partitions: 3,
      from: 'latest',
      sessionTimeout: '30s',
      compression: 'gzip',
    },
    wrong: {
      name: NOT.text,
      nestPatterns: NOT.flag,
      compression: NOT.choice,
      ...KAFKA_CLIENT,
      driver: NOT.instance,
      topics: [...NOT.object, { events: 5 }, { events: '' }],
      createMissing: NOT.flag,
      partitions: NOT.integer,
      from: NOT.choice,
      sessionTimeout: NOT.duration,
    },
  },
  {
    of: 'kafkaJs()',
    types: ['KafkaJsOptions'],
    call: (options) => kafkaJs(options).close(),
    valid: {
      brokers: ['localhost:9092'],
      clientId: 'shop',
      ssl: {},
      sasl,
      connectionTimeout: 1_000,
      requestTimeout: 1_000,
      sendTimeout: 1_000,
      revokeTimeout: 1_000,
      metadataMaxAge: 1_000,
    },
    wrong: {
      ...KAFKA_CLIENT,
      clientId: NOT.text,
      connectionTimeout: NOT.positive,
      requestTimeout: NOT.positive,
      sendTimeout: NOT.positive,
      revokeTimeout: NOT.positive,
      metadataMaxAge: NOT.positive,
    },
  },
  {
    of: 'platformatic()',
    types: ['PlatformaticOptions'],
    call: (options) => platformatic(options).close(),
    valid: {
      brokers: ['localhost:9092'],
      clientId: 'shop',
      ssl: {},
      sasl: { ...sasl, mechanism: 'PLAIN' },
      connectionTimeout: 1_000,
      requestTimeout: 1_000,
      sendTimeout: 1_000,
      revokeTimeout: 1_000,
      metadataMaxAge: 1_000,
      instanceId: 'shop-1',
    },
    wrong: {
      ...KAFKA_CLIENT,
      sasl: [
        ...NOT.object,
        sasl,
        { mechanism: 'PLAIN' },
        { mechanism: 'PLAIN', username: 'user', password: 5 },
        { mechanism: 'OAUTHBEARER', username: 'user', password: 'secret' },
        { mechanism: 'OAUTHBEARER', token: 5 },
      ],
      clientId: NOT.text,
      connectionTimeout: NOT.positive,
      requestTimeout: NOT.positive,
      sendTimeout: NOT.positive,
      revokeTimeout: NOT.positive,
      metadataMaxAge: NOT.positive,
      instanceId: NOT.text,
    },
  },
  {
    of: 'memory()',
    types: ['MemoryOptions'],
    call: (options) => open(memory(options)),
    valid: {
      name: 'audit',
      broker: memoryBroker(),
      createMissing: false,
      partitions: 1,
      from: 'latest',
    },
    wrong: {
      name: NOT.text,
      broker: NOT.instance,
      createMissing: NOT.flag,
      partitions: NOT.integer,
      from: NOT.choice,
    },
  },
  {
    of: 'memoryBroker()',
    types: ['MemoryBrokerOptions'],
    call: (options) => memoryBroker(options),
    valid: { clock: { now: () => 0, after: () => () => undefined } },
    wrong: { clock: NOT.instance },
  },
  {
    of: 'MemoryBroker.createQueue()',
    types: ['QueueSettings'],
    call: (options) => memoryBroker().createQueue('orders', options),
    valid: { visibility: 0 },
    wrong: { visibility: NOT.position },
  },
  {
    of: 'MemoryBroker.createTopic()',
    types: ['TopicSettings'],
    call: (options) => memoryBroker().createTopic('events', options),
    valid: { partitions: 1 },
    wrong: { partitions: NOT.integer },
  },
  {
    of: 'queue()',
    types: ['ChannelOptions'],
    call: (options) => queue('orders', options),
    valid: channel,
    wrong: CHANNEL,
  },
  {
    of: 'topic()',
    types: ['TopicChannelOptions'],
    call: (options) => topic('events', options),
    valid: { ...channel, keyCodec: text(), tombstones: true },
    wrong: { ...CHANNEL, keyCodec: NOT.instance, tombstones: NOT.flag },
  },
  {
    of: 'avro()',
    types: ['AvroOptions'],
    call: (options) => Reflect.apply(avro, undefined, [registry, options]),
    valid: { subject: 'orders-value', refresh: '1m' },
    wrong: {
      subject: NOT.text.filter((value) => typeof value !== 'function'),
      refresh: NOT.duration,
    },
  },
  {
    of: 'the name of queue() and topic()',
    call: namedWith,
    valid: { name: 'orders' },
    wrong: { name: NOT.text },
    takesParameters: true,
  },
];
