import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Controller, type INestApplication } from '@nestjs/common';
import { startElasticMq, type Broker } from '#brokers';
import { defineHandler, exponential, Publisher, Reject, ThroughlineControl } from 'throughline';
import { queue, sqs } from 'throughline/sqs';
import { z } from 'zod';
import { localSqs, SqsQueue } from '../support/brokers/sqs-queue.js';
import { testSqs, unique } from '../support/brokers/test-brokers.js';
import { startApp } from '../support/programs/start-app.js';
import { until } from '../support/programs/until.js';

const Order = z.object({ id: z.string() });
type Order = z.output<typeof Order>;
type Place = 'home' | 'far' | 'policy';

const EACH = 5;
const STARTED_WITHIN = 120_000;

/** The same name on both brokers. Only the URL tells the queues apart. */
const name = unique('orders');
const withPolicy = unique('bills');
const target = unique('target');
const channels = {
  home: queue('orders-at-home', { schema: Order }),
  far: queue('orders-far-away', { schema: Order }),
  policy: queue('bills-far-away', { schema: Order }),
};
const places: readonly Place[] = ['home', 'far', 'policy'];
const handlerNames: Readonly<Record<Place, string>> = {
  home: 'Orders.home',
  far: 'Orders.far',
  policy: 'Orders.policy',
};

const handled = new Map<Place, string[]>();
let isFixed = false;

function handle(place: Place, { id }: Order): void {
  if (id.startsWith('bad') && !isFixed) throw new Reject('not yet');
  handled.set(place, [...(handled.get(place) ?? []), id]);
}

const OrderHandler = defineHandler<Order>({
  deadLetter: true,
  retry: { attempts: 1, backoff: exponential('100ms', '200ms') },
});

@Controller()
class Orders {
  @OrderHandler(channels.home)
  home(order: Order): void {
    handle('home', order);
  }

  @OrderHandler(channels.far)
  far(order: Order): void {
    handle('far', order);
  }

  @OrderHandler(channels.policy)
  policy(order: Order): void {
    handle('policy', order);
  }
}

const idsOf = (place: Place, what: string): readonly string[] =>
  Array.from({ length: EACH }, (_, at) => `${what} ${at} for ${place}`);

const handledOf = (place: Place, what: string): readonly string[] =>
  (handled.get(place) ?? []).filter((id) => id.startsWith(what)).toSorted();

const untilHandled = (what: string): Promise<unknown> =>
  until(`${what}, everywhere`, () =>
    Promise.resolve(places.every((place) => handledOf(place, what).length >= EACH) || undefined),
  );

describe('Two brokers with queues of one name, through one transport that knows them by URL', () => {
  let broker: Broker;
  let service: INestApplication;
  let queues: Readonly<Record<Place, SqsQueue>>;
  let deadLetters: Readonly<Record<Place, SqsQueue>>;

  beforeAll(async () => {
    broker = await startElasticMq();
    const [home, far] = [localSqs(testSqs()), localSqs(broker.address)];
    deadLetters = {
      home: await SqsQueue.open(home, `${name}-dlq`),
      far: await SqsQueue.open(far, `${name}-dlq`),
      policy: await SqsQueue.open(far, target),
    };
    await createWithPolicy(far);
    queues = {
      home: await SqsQueue.open(home, name),
      far: await SqsQueue.open(far, name),
      policy: await SqsQueue.open(far, withPolicy),
    };
    service = await startApp({
      controllers: [Orders],
      throughline: {
        transports: [
          sqs({
            client: home,
            waitTime: '1s',
            queues: {
              [channels.home.name]: queues.home.url,
              [channels.far.name]: queues.far.url,
              [channels.policy.name]: queues.policy.url,
            },
          }),
        ],
      },
    });
  }, STARTED_WITHIN);

  afterAll(async () => {
    await service.close();
    for (const one of [...Object.values(queues), ...Object.values(deadLetters)]) one.close();
    await broker.stop();
  }, STARTED_WITHIN);

  it('handles the messages of each queue by its own handler', async () => {
    await Promise.all(
      places.flatMap((place) =>
        idsOf(place, 'sent').map((id) => queues[place].send(JSON.stringify({ id }))),
      ),
    );
    await untilHandled('sent');

    for (const place of places) expect(handledOf(place, 'sent')).toEqual(idsOf(place, 'sent'));
  });

  it('publishes to the queue of each channel', async () => {
    const publisher = service.get(Publisher);

    await Promise.all(
      places.flatMap((place) =>
        idsOf(place, 'published').map((id) => publisher.publish(channels[place], { id })),
      ),
    );
    await untilHandled('published');

    for (const place of places)
      expect(handledOf(place, 'published')).toEqual(idsOf(place, 'published'));
  });

  it('stores dead letters beside their queue, or in the target of its redrive policy, and redrives them', async () => {
    const publisher = service.get(Publisher);
    const control = service.get(ThroughlineControl);
    const sizes = () => Promise.all(places.map((place) => deadLetters[place].size()));
    await Promise.all(
      places.flatMap((place) =>
        idsOf(place, 'bad').map((id) => publisher.publish(channels[place], { id })),
      ),
    );
    await until(
      'dead letters, everywhere',
      async () => (await sizes()).every((size) => size === EACH) || undefined,
    );
    isFixed = true;

    const reports = await Promise.all(places.map((place) => control.redrive(handlerNames[place])));
    await untilHandled('bad');

    expect(reports.map(({ moved }) => moved)).toEqual(places.map(() => EACH));
    for (const place of places) expect(handledOf(place, 'bad')).toEqual(idsOf(place, 'bad'));
    expect(await sizes()).toEqual(places.map(() => 0));
  });
});

async function createWithPolicy(config: ReturnType<typeof localSqs>): Promise<void> {
  const client = new SQSClient(config);
  const deadLetterTargetArn = `arn:aws:sqs:elasticmq:000000000000:${target}`;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 100 });
  await client.send(
    new CreateQueueCommand({ QueueName: withPolicy, Attributes: { RedrivePolicy } }),
  );
  client.destroy();
}
