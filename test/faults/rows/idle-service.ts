import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from 'throughline/testing';
import { cpuTimeOf } from '../harness/cpu-time.js';
import { endProgram, startProgram } from '../harness/program.js';
import type { Row } from '../row.js';

const FAULT = 'nothing to do (the order service, idle)';
/** Of each second, in milliseconds: 0.6 s in 60 s. */
const ALLOWED = 10;
const SETTLING = 5_000;
const START_WITHIN = 60_000;

/** Resolves when the service answers. */
async function untilItAnswers(port: number): Promise<void> {
  const limit = performance.now() + START_WITHIN;
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/orders/none`);
      return;
    } catch (error) {
      if (performance.now() > limit) throw error;
      await pause(200);
    }
  }
}

/** The order service on real brokers, without an order: it costs next to nothing. */
export const idleService: Row = {
  fault: FAULT,
  kinds: ['kafka'],
  run: async (stage) => {
    const port = await freePort();
    const name = `idle-${randomUUID().slice(0, 8)}`;
    const seconds = stage.pick(20, 60, 60);
    const child = startProgram('src/main.ts', {
      logFile: join(stage.folder, `${name}.log`),
      env: {
        KAFKA_BROKERS: stage.kafka.address,
        AWS_ENDPOINT_URL_SQS: stage.sqs.address,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        ORDER_QUEUE: name,
        ORDER_TOPIC: name,
        CREATE_MISSING: 'true',
        TRACER: 'none',
        PORT: String(port),
      },
    });
    try {
      await untilItAnswers(port);
      await pause(SETTLING);
      const pid = child.pid ?? 0;
      const before = await cpuTimeOf(pid);
      await pause(seconds * 1_000);
      const used = (await cpuTimeOf(pid)) - before;
      return {
        fault: FAULT,
        broker: 'both',
        messages: 0,
        lost: 0,
        duplicates: 0,
        duplicatesAllowed: 0,
        outOfOrder: 0,
        recoveredMs: 0,
        notes: [`${used} ms of CPU in ${seconds} s`],
        failures: used > ALLOWED * seconds ? [`it uses ${used} ms of CPU in ${seconds} s`] : [],
      };
    } finally {
      await endProgram(child);
    }
  },
};
