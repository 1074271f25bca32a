import { setTimeout as pause } from 'node:timers/promises';
import { trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'broker killed, one of three at a time';
const AWAY = 15_000;

/** Each node of a cluster is killed in its turn: the others carry on, whatever the killed one led or coordinated. */
export const nodeKilled = trialRow({
  fault: FAULT,
  kinds: ['kafka'],
  inShort: [],
  inNormal: [],
  takes: () => ['kafka'],
  options: () => ({ partitions: 12 }),
  play: async (trial, stage) => {
    const { ledger } = trial;
    const workers = await trial.hireMany(2);
    for (const [turn, node] of stage.kafka.nodes.entries()) {
      await trial.produce(jobs({ count: 1_500, keys: 60, work: 50, name: `with-${turn}-` }));
      await trial.effects(ledger.effects.size + 100);

      await node.kill();
      for (const { name } of workers) ledger.allowRerunsOf(name);
      const without = jobs({ count: 500, keys: 60, work: 20, name: `without-${turn}-` });
      ledger.recoverFrom([`without-${turn}-0`]);
      await trial.produce(without);
      await pause(AWAY);
      await node.restart();
      for (const { name } of workers) ledger.allowRerunsOf(name);
    }

    const goesOn = await ledger.until(() => ledger.isRecovered, 60_000);
    return trial.conclude(FAULT, {
      notes: [`${stage.kafka.nodes.length} nodes, each away for ${AWAY / 1_000} s`],
      failures: [!goesOn && 'it did not go on with a node away'],
      patience: 120_000,
    });
  },
});
