import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessageHandler } from 'throughline';
import { topic } from 'throughline/kafka';
import { kafka } from 'throughline/kafka';
import { z } from 'zod';
import { KafkaTopic } from './kafka-topic.js';
import { LogBook } from './log-book.js';
import { unique, type OpenStage, type Stage } from './stage.js';
import { startApp } from './start-app.js';

const COUNT = 20;

/** Two handlers of one topic, each in a group of its own. */
export function describeFanOut(open: OpenStage): void {
  jest.setTimeout(120_000);
  let stage: Stage;
  beforeAll(async () => {
    stage = await open();
  });
  afterAll(() => stage.close());

  it('gives each message to both groups, once', async () => {
    const outside = await KafkaTopic.open(stage.driver(), unique('fan-out'), 3);
    const numbers = topic(outside.name, { schema: z.number() });
    const book = new LogBook();
    const seen: Record<'audit' | 'mail', number[]> = { audit: [], mail: [] };

    @Controller()
    class Both {
      @MessageHandler(numbers, { group: `${outside.name}-audit` })
      audit(number: number): void {
        seen.audit.push(number);
        book.nudge();
      }

      @MessageHandler(numbers, { group: `${outside.name}-mail` })
      mail(number: number): void {
        seen.mail.push(number);
        book.nudge();
      }
    }
    const app = await startApp({
      book,
      controllers: [Both],
      throughline: { transports: [kafka({ driver: stage.driver() })] },
    });
    const sent = Array.from({ length: COUNT }, (_, number) => number);
    for (const number of sent) await outside.send(String(number), String(number));

    await book.when('both have had all', () =>
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
