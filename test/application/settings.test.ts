import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { resolve } from 'node:path';
import { killPrograms, Program } from '../support/programs/program.js';

const MAIN = resolve('dist/src/main.js');

jest.setTimeout(180_000);
afterEach(killPrograms);

describe('The order service with wrong settings', () => {
  it.each([
    [
      { KAFKA_BROKERS: 'kafka', PORT: 'http', TRACER: 'zipkin' },
      [
        'KAFKA_BROKERS: must be a list of host:port.',
        'PORT: must be a port.',
        'TRACER: must be elastic, opentelemetry or none.',
      ],
    ],
    [
      { AWS_REGION: 'eu-central-1' },
      [
        'KAFKA_BROKERS: required to connect to Kafka. Set it to host:port, or set BROKERS=embedded to run without brokers.',
      ],
    ],
  ])('ends with 1 and says what is wrong, and only that: %j', async (env, errors) => {
    const service = new Program([MAIN], env);

    const ending = await service.ended;

    expect(ending).toEqual({ code: 1, signal: null });
    expect(service.out).toBe('');
    expect(service.log.trimEnd().split('\n')).toEqual([
      'The order service cannot start:',
      ...errors.map((line) => `  ${line}`),
    ]);
  });
});
