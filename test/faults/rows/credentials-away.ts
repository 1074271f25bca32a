import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { brokerOf, type Kind } from '../harness/kind.js';
import type { Stage } from '../harness/stage.js';
import { trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'AWS credentials cannot be had';
/** Longer than the fault: what is at work stays hidden, although nobody can prolong it. */
const VISIBILITY = 60;

/** There are credentials for as long as there is this file. */
const fileFor = ({ folder }: Stage, kind: Kind): string => join(folder, `credentials-${kind}`);

/** The provider of credentials fails for a while, after it has worked: all waits, and nothing is counted. */
export const credentialsAway = trialRow({
  fault: FAULT,
  kinds: ['kafka', 'sqs', 'fifo'],
  inShort: ['kafka', 'sqs'],
  uses: (kind) => (brokerOf(kind) === 'kafka' ? ['kafka', 'sqs'] : ['sqs']),
  options: (stage, kind) => ({
    visibility: VISIBILITY,
    worker: {
      credentials: fileFor(stage, kind),
      publish: { kind: 'queue', to: 'signed', headers: 0 },
    },
  }),
  play: async (trial, stage) => {
    const file = fileFor(stage, trial.kind);
    const count = stage.pick(50, 500, 2_000);
    await writeFile(file, '');
    await trial.makeQueue('signed');
    await trial.hire();
    await trial.produce(jobs({ count, keys: 10, name: 'before-' }));
    await trial.effects(count);
    await rm(file);
    await trial.produce(jobs({ count, keys: 10, name: 'meanwhile-' }));
    await pause(stage.pick(5_000, 30_000, 30_000));
    await writeFile(file, '');

    return trial.conclude(FAULT, { allowed: 0, patience: 90_000 });
  },
});
