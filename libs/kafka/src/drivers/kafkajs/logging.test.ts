import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { loadKafkaJs } from './internals/load.js';
import { logOutage } from '../outages/log-outage.js';
import { debugLog } from './logging.js';

const { logLevel } = loadKafkaJs();

/** What a broker may answer: ten megabytes, a line break, and control sequences of a terminal. */
const hostile = `\u001b[31mred\nsecond line\u202e${'x'.repeat(10_000_000)}`;

/** Has kafkajs log this. */
const logFromKafkaJs = (message: string, error?: string): void =>
  debugLog(() => false)(logLevel.WARN)({
    namespace: 'Connection',
    level: logLevel.ERROR,
    label: 'ERROR',
    log: { timestamp: '', message, ...(error !== undefined && { error }) },
  });

const reportOutage = (reason: string): void => {
  logOutage('Producer', ['kafka:9092']).down(new Error(reason));
};

describe('the log of the kafkajs driver', () => {
  const lines: string[] = [];
  const write = (line: unknown): void => void lines.push(String(line));
  beforeEach(() => {
    lines.length = 0;
    Logger.overrideLogger({ log: write, warn: write, error: write, debug: write });
  });
  afterEach(() => {
    Logger.overrideLogger(false);
  });

  it('contains the message of kafkajs and its error', () => {
    logFromKafkaJs('Connection error', 'read ECONNRESET');
    reportOutage('connect ECONNREFUSED');

    expect(lines).toEqual([
      'kafkajs error Connection: Connection error {"error":"read ECONNRESET"}',
      'Producer: Kafka at kafka:9092 is not responding (connect ECONNREFUSED). Throughline will keep retrying.',
    ]);
  });

  it.each([
    ['the message of kafkajs', () => logFromKafkaJs(hostile)],
    ['the error of kafkajs', () => logFromKafkaJs('Connection error', hostile)],
    ['the reason of an outage', () => reportOutage(hostile)],
  ])(
    'is one short line without control characters, whatever a broker answers: %s',
    (_, logHostile) => {
      logHostile();

      const [line = ''] = lines;
      expect(lines).toHaveLength(1);
      expect(line.length).toBeLessThan(2_000); // first, so that a failure does not print ten megabytes
      expect(line).toContain('red');
      expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
    },
  );

  it('throws nothing to kafkajs if the application’s logger throws', () => {
    const full = (): never => {
      throw new Error('the disk is full');
    };
    Logger.overrideLogger({ log: full, warn: full, error: full, debug: full });

    expect(() => logFromKafkaJs('Connection error')).not.toThrow();
    expect(() => reportOutage('connect ECONNREFUSED')).not.toThrow();
  });
});
