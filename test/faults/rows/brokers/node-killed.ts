import { setTimeout as pause } from 'node:timers/promises';
import { defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'broker killed, one of three at a time';
const DOWN_MS = 15_000;

/** Each node of a cluster is killed in turn. The others take over whatever it led or coordinated. */
export const nodeKilled = defineRow({
  fault: FAULT,
  targets: ['kafka'],
  inShort: [],
  inNormal: [],
  takes: () => ['kafka'],
  options: () => ({ partitions: 12 }),
  run: async (fixture, environment) => {
    const { ledger } = fixture;
    const workers = await fixture.startWorkers(2);
    for (const [turn, node] of environment.kafka.nodes.entries()) {
      await fixture.produce(jobs({ count: 1_500, keys: 60, work: 50, name: `with-${turn}-` }));
      await fixture.effects(ledger.effects.size + 100);

      await node.kill();
      for (const { name } of workers) ledger.allowRerunsOf(name);
      const without = jobs({ count: 500, keys: 60, work: 20, name: `without-${turn}-` });
      ledger.recoverFrom([`without-${turn}-0`]);
      await fixture.produce(without);
      await pause(DOWN_MS);
      await node.restart();
      for (const { name } of workers) ledger.allowRerunsOf(name);
    }

    const continues = await ledger.until(() => ledger.isRecovered, 60_000);
    return fixture.finish(FAULT, {
      remarks: [`${environment.kafka.nodes.length} nodes, each down for ${DOWN_MS / 1_000} s`],
      failures: [!continues && 'it did not continue with a node down'],
      timeout: 120_000,
    });
  },
});
