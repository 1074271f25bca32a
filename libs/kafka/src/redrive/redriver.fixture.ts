/** A process that redrives slowly enough to be killed meanwhile, and reports its progress to its parent. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { kafkaJs } from '../drivers/index.js';
import { KafkaFixture } from '../kafka.fixture.js';

const { brokers, topic, group } = z
  .object({ brokers: z.string(), topic: z.string(), group: z.string() })
  .parse(JSON.parse(process.argv[2] ?? '{}'));
const EVERY = 50;

const driver = kafkaJs({ brokers: brokers.split(','), clientId: 'redriver' });
const fixture = new KafkaFixture(driver, topic, group);
let turns = 0;

await fixture.connection({ sessionTimeout: '6s' }).redrive(
  fixture.plan({
    turn: async () => {
      turns += 1;
      if (turns % EVERY === 0) await pause(10);
    },
    onProgress: ({ moved }) => process.send?.({ moved }),
  }),
);
await driver.close();
