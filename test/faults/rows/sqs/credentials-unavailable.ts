import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { brokerOf, type Target } from '../../harness/target.js';
import type { Environment } from '../../harness/brokers/environment.js';
import { defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'AWS credentials cannot be had';
/** Longer than the fault, so messages in progress stay hidden although their visibility cannot be extended. */
const VISIBILITY = 60;

/** Credentials are available while this file exists. */
const fileFor = ({ folder }: Environment, target: Target): string =>
  join(folder, `credentials-${target}`);

/** The credential provider fails for a while after it has worked. Everything waits, and nothing is counted. */
export const credentialsUnavailable = defineRow({
  fault: FAULT,
  targets: ['kafka', 'sqs', 'fifo'],
  inShort: ['kafka', 'sqs'],
  uses: (target) => (brokerOf(target) === 'kafka' ? ['kafka', 'sqs'] : ['sqs']),
  options: (environment, target) => ({
    visibility: VISIBILITY,
    worker: {
      credentials: fileFor(environment, target),
      publish: { kind: 'queue', to: 'signed', headers: 0 },
    },
  }),
  run: async (fixture, environment) => {
    const file = fileFor(environment, fixture.target);
    const count = environment.pick(50, 500, 2_000);
    await writeFile(file, '');
    await fixture.makeQueue('signed');
    await fixture.startWorker();
    await fixture.produce(jobs({ count, keys: 10, name: 'before-' }));
    await fixture.effects(count);
    await rm(file);
    await fixture.produce(jobs({ count, keys: 10, name: 'meanwhile-' }));
    await pause(environment.pick(5_000, 30_000, 30_000));
    await writeFile(file, '');

    return fixture.finish(FAULT, { allowed: 0, timeout: 90_000 });
  },
});
