import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/**
 * The part of the Compose Specification that our file uses, and nothing else: an unknown or misspelt key is an error.
 * https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json
 */
const duration = z.string().regex(/^(\d+(us|ms|s|m|h))+$/);
const name = z.string().regex(/^[a-zA-Z0-9._-]+$/);
const healthcheck = z.strictObject({
  test: z.tuple([z.enum(['CMD', 'CMD-SHELL']), z.string()], z.string()),
  interval: duration,
  timeout: duration,
  retries: z.int().positive(),
  start_period: duration.optional(),
});
const service = z.strictObject({
  image: z.string().regex(/^[a-z0-9./-]+:\d[\w.-]*$/, 'an image with its version'),
  profiles: z.array(name).min(1).optional(),
  command: z.array(z.string()).optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/, 'a port of 127.0.0.1')).min(1),
  environment: z
    .record(z.string().regex(/^[A-Za-z_][\w.]*$/), z.union([z.string(), z.number()]))
    .optional(),
  volumes: z.array(z.string().regex(/^[a-z-]+:\/[\w/.-]+$/, 'a named volume')).optional(),
  configs: z.array(z.strictObject({ source: name, target: z.string().startsWith('/') })).optional(),
  depends_on: z
    .record(
      name,
      z.strictObject({
        condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
      }),
    )
    .optional(),
  healthcheck,
});
const composeFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
  services: z.record(name, service),
  configs: z.record(name, z.strictObject({ content: z.string().min(1) })),
  volumes: z.record(name, z.null()),
});

const text = readFileSync(join(import.meta.dirname, '../..', 'docker-compose.yml'), 'utf8');
const file = composeFile.parse(parse(text));
const services = Object.entries(file.services);

describe('docker-compose.yml', () => {
  it('is refused by the schema once a key is misspelt', () => {
    const misspelt: unknown = parse(text.replace('start_period:', 'start_perod:'));

    expect(composeFile.safeParse(misspelt).success).toBe(false);
  });

  it('starts Kafka, ElasticMQ and Redis by default, on the ports of the command', () => {
    const byDefault = services.filter(([, { profiles }]) => profiles === undefined);

    expect(byDefault.map(([called, { ports }]) => [called, ports[0]])).toEqual([
      ['kafka', '127.0.0.1:9092:9092'],
      ['elasticmq', '127.0.0.1:9324:9324'],
      ['redis', '127.0.0.1:6379:6379'],
    ]);
  });

  it('has the versions that the tests run without Docker', () => {
    expect(file.services.kafka?.image).toBe('apache/kafka:4.1.0');
    expect(file.services.elasticmq?.image).toBe('softwaremill/elasticmq-native:1.6.14');
  });

  it('has the Elastic stack of one version in the profile elastic', () => {
    const elastic = services.filter(([, { profiles }]) => profiles?.includes('elastic'));

    expect(elastic.map(([called]) => called)).toEqual(['elasticsearch', 'kibana', 'apm-server']);
    expect(new Set(elastic.map(([, { image }]) => image.split(':')[1])).size).toBe(1);
  });

  it('names no volume, config or service that it does not define', () => {
    for (const [, { volumes = [], configs = [], depends_on = {}, profiles }] of services) {
      for (const volume of volumes) expect(file.volumes).toHaveProperty(volume.split(':')[0] ?? '');
      for (const { source } of configs) expect(file.configs).toHaveProperty([source]);
      for (const needed of Object.keys(depends_on)) {
        expect(file.services).toHaveProperty([needed]);
        expect(file.services[needed]?.profiles).toEqual(profiles);
      }
    }
  });

  it('uses every volume and config that it defines', () => {
    const used = services.flatMap(([, { volumes = [] }]) =>
      volumes.map((volume) => volume.split(':')[0]),
    );
    const configured = services.flatMap(([, { configs = [] }]) =>
      configs.map(({ source }) => source),
    );

    expect(Object.keys(file.volumes).toSorted()).toEqual(used.toSorted());
    expect(Object.keys(file.configs)).toEqual(configured);
  });

  it('gives ElasticMQ the limits of SQS', () => {
    expect(file.configs.elasticmq?.content).toContain('sqs-limits = strict');
  });
});
