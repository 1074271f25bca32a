/** A process that redrives, and stands still after a certain request for its parent to kill it there. */
import { writeSync } from 'node:fs';
import { z } from 'zod';
import { connect, localClient, planFor } from './two-queues.fixture.js';

const STDOUT = 1;
/** An orphan ends by itself. */
const LONGEST_STANDSTILL = 60_000;

const { TEST_SQS, QUEUE, HALT_AFTER, HALT_AT } = z
  .object({
    TEST_SQS: z.string(),
    QUEUE: z.string(),
    HALT_AFTER: z.string().optional(),
    HALT_AT: z.coerce.number().default(0),
  })
  .parse(process.env);
const commandOf = z.object({ commandName: z.string() });

let answers = 0;
const standStill = (): never => {
  writeSync(STDOUT, 'halted\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LONGEST_STANDSTILL);
  process.exit(1);
};
const suppress = (): void => undefined;
const logger = {
  debug: suppress,
  warn: suppress,
  error: suppress,
  info: (entry?: unknown): void => {
    const { commandName } = commandOf.parse(entry);
    if (commandName === HALT_AFTER) answers += 1;
    if (answers > 0 && answers === HALT_AT) standStill();
  },
};

const connection = connect({ ...localClient(TEST_SQS), logger });
const result = await connection.redrive(planFor(QUEUE));
await connection.close();
writeSync(STDOUT, `${JSON.stringify(result)}\n`);
