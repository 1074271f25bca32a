import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '#brokers';
import { cpuTimeOf } from '../../harness/processes/process-stat.js';
import { endProgram, startProgram } from '../../harness/processes/program.js';
import type { Row } from '../../row.js';

const FAULT = 'nothing to do (the order service, idle)';
/** CPU time per second, in milliseconds: 10 ms is 0.6 s in 60 s. The short form measures beside six busy rows, whose noise adds as much again. */
const ALLOWED = { short: 20, others: 10 } as const;
/** The start is over after a second that used less CPU than this, in milliseconds. */
const STARTED_BELOW = 30;
const STARTED_WITHIN = 60;
const START_WITHIN = 180_000;

/** Resolves when the service answers. Rejects if it ends before. */
async function untilItAnswers(port: number, service: ChildProcess): Promise<void> {
  const limit = performance.now() + START_WITHIN;
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/orders/none`);
      return;
    } catch (error) {
      if (service.exitCode !== null)
        throw new Error(`the service ended with exit code ${service.exitCode}`, { cause: error });
      if (performance.now() > limit) throw error;
      await pause(200);
    }
  }
}

/** Resolves when the start is over, however long it takes on a busy machine. */
async function untilItIsIdle(pid: number): Promise<void> {
  for (let second = 0; second < STARTED_WITHIN; second += 1) {
    const before = await cpuTimeOf(pid);
    await pause(1_000);
    if ((await cpuTimeOf(pid)) - before < STARTED_BELOW) return;
  }
}

/** The order service on real brokers, without orders, uses almost no CPU. */
export const idleService: Row = {
  fault: FAULT,
  targets: ['kafka'],
  // The order service uses the default driver.
  drivers: 'default',
  uses: () => ['kafka', 'sqs'],
  run: async (environment) => {
    const port = await freePort();
    const name = `idle-${randomUUID().slice(0, 8)}`;
    const seconds = environment.pick(20, 60, 60);
    const child = startProgram('src/main.ts', {
      logFile: join(environment.folder, `${name}.log`),
      env: {
        KAFKA_BROKERS: environment.kafka.address,
        AWS_ENDPOINT_URL_SQS: environment.sqs.address,
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
      await untilItAnswers(port, child);
      const pid = child.pid ?? 0;
      await untilItIsIdle(pid);
      const before = await cpuTimeOf(pid);
      await pause(seconds * 1_000);
      const allowed = environment.pick(ALLOWED.short, ALLOWED.others, ALLOWED.others) * seconds;
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
        remarks: [`${used} ms of CPU in ${seconds} s`],
        failures: used > allowed ? [`it uses ${used} ms of CPU in ${seconds} s`] : [],
      };
    } finally {
      await endProgram(child);
    }
  },
};
