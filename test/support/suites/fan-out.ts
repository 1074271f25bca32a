import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessageHandler } from 'throughline';
import { topic, kafka } from 'throughline/kafka';
import { z } from 'zod';
import { KafkaTopic } from '../brokers/kafka-topic.js';
import { LogRecorder } from '../programs/log-recorder.js';
import { unique, type OpenTestBrokers, type TestBrokers } from '../brokers/test-brokers.js';
import { startApp } from '../programs/start-app.js';

const COUNT = 20;

/** Two handlers of one topic, each in its own group. */
export function describeFanOut(open: OpenTestBrokers): void {
  jest.setTimeout(120_000);
  let testBrokers: TestBrokers;
  beforeAll(async () => {
    testBrokers = await open();
  });
  afterAll(() => testBrokers.close());

  it('gives each message to both groups, once', async () => {
    const outside = await KafkaTopic.open(testBrokers.driver(), unique('fan-out'), 3);
    const numbers = topic(outside.name, { schema: z.number() });
    const logger = new LogRecorder();
    const seen: Record<'audit' | 'mail', number[]> = { audit: [], mail: [] };

    @Controller()
    class Both {
      @MessageHandler(numbers, { group: `${outside.name}-audit` })
      audit(number: number): void {
        seen.audit.push(number);
        logger.notify();
      }

      @MessageHandler(numbers, { group: `${outside.name}-mail` })
      mail(number: number): void {
        seen.mail.push(number);
        logger.notify();
      }
    }
    const app = await startApp({
      logger,
      controllers: [Both],
      throughline: { transports: [kafka({ driver: testBrokers.driver() })] },
    });
    const sent = Array.from({ length: COUNT }, (_, number) => number);
    for (const number of sent) await outside.send(String(number), String(number));

    await logger.waitFor('both have received all', () =>
      Object.values(seen).every(({ length }) => length >= COUNT),
    );
    await app.close();

    const inOrder = (numbers: readonly number[]): readonly number[] =>
      numbers.toSorted((a, b) => a - b);
    expect(inOrder(seen.audit)).toEqual(sent);
    expect(inOrder(seen.mail)).toEqual(sent);
    for (const group of ['audit', 'mail']) {
      const committed = await outside.committed(`${outside.name}-${group}`);
      expect(Object.values(committed).reduce((sum, offset) => sum + offset, 0)).toBe(COUNT);
    }
  });
}
