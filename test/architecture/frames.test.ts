import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PipeTransform } from '@nestjs/common';
import { kafka } from 'throughline/kafka';
import { sqs } from 'throughline/sqs';
import { LogRecorder } from '../support/programs/log-recorder.js';
import { kafkaBroker, sqsBroker } from '../support/brokers/order-brokers.js';
import { embeddedBrokers, type TestBrokers } from '../support/brokers/test-brokers.js';
import { startApp } from '../support/programs/start-app.js';

/**
 * Frames and files of ours between a poll and the handler. A pipe is the last of Nest's that is called in the same turn as the
 * poll, so the stack is taken there: behind it Nest awaits, and a stack ends.
 */
const BUDGET = { frames: 15, files: 8 };

const FRAME_OF_OURS = /\/(libs\/[\w/.-]+\.ts):\d+:\d+/;

/** The files of all frames of ours, one for each frame. */
function filesOfFrames(): readonly string[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 200;
  const { stack = '' } = new Error('where am I?');
  Error.stackTraceLimit = stackTraceLimit;
  return stack.split('\n').flatMap((line) => FRAME_OF_OURS.exec(line)?.[1] ?? []);
}

describe('Between a poll and the handler, with a pipe', () => {
  let stage: TestBrokers;
  beforeAll(async () => {
    stage = await embeddedBrokers();
  });
  afterAll(() => stage.close());

  it.each([
    ['SQS', sqsBroker],
    ['Kafka', kafkaBroker],
  ] as const)('there are few frames in few files of ours, on %s', async (_, open) => {
    const broker = await open(stage);
    const logger = new LogRecorder();
    const runs: (readonly string[])[] = [];
    const pipe: PipeTransform = {
      transform: (value: unknown) => {
        runs.push(filesOfFrames());
        logger.notify();
        return value;
      },
    };
    const app = await startApp({
      logger,
      controllers: [broker.controller(() => undefined)],
      throughline: {
        transports: [
          sqs({ client: stage.sqsClient }),
          kafka({ driver: stage.driver(), createMissing: true }),
        ],
      },
      prepare: (one) => one.useGlobalPipes(pipe),
    });
    await broker.send(JSON.stringify({ order_id: 'order-1', quantity: 1 }), 'order-1');
    await logger.waitFor('the pipe was called', () => runs.length > 0);
    await app.close();

    const [frames = []] = runs;
    const files = [...new Set(frames)];
    // Shown where one of the two fails.
    expect({ frames, hasFrames: frames.length > 5 }).toEqual({ frames, hasFrames: true });
    expect(frames.length <= BUDGET.frames ? [] : frames).toEqual([]);
    expect(files.length <= BUDGET.files ? [] : files).toEqual([]);
  });
});
