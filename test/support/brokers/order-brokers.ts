import { Controller, type Type } from '@nestjs/common';
import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';
import { type Delivery } from 'throughline';
import { Order, OrderHandler } from '../checked-orders.js';
import { KafkaTopic } from './kafka-topic.js';
import { SqsQueue } from './sqs-queue.js';
import { unique, type TestBrokers } from './test-brokers.js';

/** One of the test brokers, with the operations that these tests need. */
export interface Broker {
  readonly name: 'SQS' | 'Kafka';
  /** Sends this body. A good message follows a bad one of another key. */
  readonly send: (body: string, key: string) => Promise<string>;
  readonly controller: (work: (order: Order, delivery: Delivery) => unknown) => Type;
  /** How many messages the broker would deliver to the next consumer. */
  readonly left: () => Promise<number>;
}

const GROUP = 'bad-input';

export async function sqsBroker(testBrokers: TestBrokers): Promise<Broker> {
  const name = unique('bad-input');
  const outside = await SqsQueue.open(testBrokers.sqsClient, name);
  const channel = queue(name, { schema: Order });
  return {
    name: 'SQS',
    send: (body) => outside.send(body),
    left: () => outside.size(),
    controller: (work) => {
      @Controller()
      class Handler {
        @OrderHandler(channel)
        handle(order: Order, delivery: Delivery): unknown {
          return work(order, delivery);
        }
      }
      return Handler;
    },
  };
}

export async function kafkaBroker(testBrokers: TestBrokers): Promise<Broker> {
  const name = unique('bad-input');
  const driver = testBrokers.driver();
  const outside = await KafkaTopic.open(driver, name);
  const channel = topic(name, { schema: Order, key: ({ order_id }) => order_id });
  let sent = 0;
  return {
    name: 'Kafka',
    send: (body, key) => {
      sent += 1;
      return outside.send(body, key);
    },
    left: async () => sent - ((await outside.committed(GROUP))[0] ?? 0),
    controller: (work) => {
      @Controller()
      class Handler {
        @OrderHandler(channel, { group: GROUP })
        handle(order: Order, delivery: Delivery): unknown {
          return work(order, delivery);
        }
      }
      return Handler;
    },
  };
}
