import { describe, expect, it } from '@jest/globals';
import { readSettings, type Settings } from './settings.js';

type Env = Readonly<Record<string, string>>;

const AWS: Env = { AWS_REGION: 'eu-central-1' };
const REAL: Env = { ...AWS, KAFKA_BROKERS: 'kafka-1:9092' };

function settingsOf(env: Env): Settings {
  const reading = readSettings(env);
  if ('settings' in reading) return reading.settings;
  throw new Error(reading.mistakes.join('\n'));
}

function mistakesIn(env: Env): readonly string[] {
  const reading = readSettings(env);
  return 'mistakes' in reading ? reading.mistakes : [];
}

describe('readSettings', () => {
  it('takes embedded brokers, and all roles, where nothing is configured', () => {
    expect(settingsOf({})).toEqual({
      roles: new Set(['api', 'processor', 'audit']),
      brokers: 'embedded',
      kafkaBrokers: [],
      queue: 'my-order-queue',
      topic: 'order_events',
      createMissing: true,
      port: 3_000,
      servesHttp: true,
      tracer: 'elastic',
      serviceName: 'order-service',
    });
  });

  it('takes real brokers where it is told where they are, and makes nothing by itself', () => {
    const settings = settingsOf({ ...AWS, KAFKA_BROKERS: 'kafka-1:9092, kafka-2:9092' });

    expect(settings).toMatchObject({
      brokers: 'real',
      kafkaBrokers: ['kafka-1:9092', 'kafka-2:9092'],
      createMissing: false,
    });
  });

  it.each([
    [{ AWS_REGION: 'eu-central-1' }],
    [{ AWS_DEFAULT_REGION: 'eu-central-1' }],
    [{ AWS_PROFILE: 'production' }],
    [{ AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9324' }],
    [{ AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }],
  ])('knows from %j where SQS is', (env) => {
    expect(settingsOf({ ...env, KAFKA_BROKERS: 'kafka:9092' }).brokers).toBe('real');
  });

  it('takes embedded brokers on request although real ones are configured', () => {
    expect(settingsOf({ ...REAL, BROKERS: 'embedded' }).brokers).toBe('embedded');
  });

  it('asks each role only for the broker that it speaks to', () => {
    expect(settingsOf({ ...AWS, ROLES: 'api' }).brokers).toBe('real');
    expect(settingsOf({ KAFKA_BROKERS: 'kafka:9092', ROLES: 'audit' }).brokers).toBe('real');
  });

  it.each([
    ['api', 'order-api', true],
    ['processor', 'order-processor', false],
    ['audit', 'order-audit', true],
    ['api, audit', 'order-service', true],
  ])('calls the service of the roles "%s" %s', (ROLES, serviceName, servesHttp) => {
    expect(settingsOf({ ...REAL, ROLES })).toMatchObject({ serviceName, servesHttp });
  });

  it.each(['elastic', 'opentelemetry', 'none'] as const)('traces with %s', (TRACER) => {
    expect(settingsOf({ TRACER }).tracer).toBe(TRACER);
  });

  describe('tells in one line', () => {
    it.each([
      ['an unknown role', { ROLES: 'api,cook' }, 'ROLES: must be a list of api, processor, audit.'],
      ['an empty list of roles', { ROLES: '' }, 'ROLES: must be a list of api, processor, audit.'],
      ['unknown brokers', { BROKERS: 'docker' }, 'BROKERS: must be "embedded" or not set.'],
      [
        'a broker without a port',
        { ...AWS, KAFKA_BROKERS: 'kafka' },
        'KAFKA_BROKERS: must be a list of host:port.',
      ],
      [
        'an empty list of brokers',
        { ...AWS, KAFKA_BROKERS: '' },
        'KAFKA_BROKERS: must be a list of host:port.',
      ],
      [
        'several brokers that are none',
        { ...AWS, KAFKA_BROKERS: 'a,b' },
        'KAFKA_BROKERS: must be a list of host:port.',
      ],
      ['a port that is no number', { PORT: 'http' }, 'PORT: must be a port.'],
      ['a port beyond the last', { PORT: '65536' }, 'PORT: must be a port.'],
      ['half a port', { PORT: '1.5' }, 'PORT: must be a port.'],
      ['a negative port', { PORT: '-1' }, 'PORT: must be a port.'],
      [
        'an unknown tracer',
        { TRACER: 'jaeger' },
        'TRACER: must be elastic, opentelemetry or none.',
      ],
      ['a queue without a name', { ORDER_QUEUE: '' }, 'ORDER_QUEUE: must not be empty.'],
      ['a topic without a name', { ORDER_TOPIC: '' }, 'ORDER_TOPIC: must not be empty.'],
      ['yes for true', { CREATE_MISSING: 'yes' }, 'CREATE_MISSING: must be true or false.'],
      [
        'SQS without Kafka',
        AWS,
        'KAFKA_BROKERS: required to connect to Kafka. Set it to host:port, or set BROKERS=embedded to run without brokers.',
      ],
      [
        'Kafka without SQS',
        { KAFKA_BROKERS: 'kafka:9092' },
        'AWS_REGION: required to connect to SQS. Set it, or set BROKERS=embedded to run without brokers.',
      ],
      [
        'an endpoint without a region',
        { KAFKA_BROKERS: 'kafka:9092', AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9324' },
        'AWS_REGION: the AWS SDK needs a region in addition to the endpoint. For a local endpoint, set us-east-1.',
      ],
      [
        'embedded brokers with some of the roles',
        { BROKERS: 'embedded', ROLES: 'api' },
        'ROLES: embedded brokers exist only in one process, so this process needs all roles. Remove ROLES.',
      ],
      [
        'some of the roles with nothing configured',
        { ROLES: 'api,processor' },
        'ROLES: embedded brokers exist only in one process, so this process needs all roles. Remove ROLES.',
      ],
    ])('%s', (_, env: Env, line) => {
      expect(mistakesIn(env)).toEqual([line]);
    });
  });

  it('tells every mistake, each by itself', () => {
    expect(mistakesIn({ PORT: 'x', TRACER: 'y', ROLES: 'z' })).toHaveLength(3);
  });

  it('embeds nothing in production unless it is asked to', () => {
    expect(mistakesIn({ NODE_ENV: 'production' })).toEqual([
      expect.stringMatching(/^KAFKA_BROKERS: required to connect to Kafka/),
      expect.stringMatching(/^AWS_REGION: required to connect to SQS/),
    ]);
    expect(settingsOf({ NODE_ENV: 'production', BROKERS: 'embedded' }).brokers).toBe('embedded');
  });
});
