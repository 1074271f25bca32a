import { describe, expect, it } from '@jest/globals';
import type { Trace } from '../record/trace.js';
import { drawTree } from './draw-tree.js';
import { order, retried } from './model/sample-trace.fixture.js';

/** The picture as a text, with a line end before it so that it stands in a test as it stands on a terminal. */
const picture = (trace: Trace, width: number, title = 'ORD-1'): string =>
  ['', ...drawTree(trace, { title, width, color: false }), ''].join('\n');

describe('the picture of an order', () => {
  it('at 120 columns', () => {
    expect(picture(order, 120)).toBe(`
  ✓ ORD-1   43 ms, 24 ms active                                                   trace 0af7651916cd43dd8448eb211c80319c
    POST /orders                             OrdersController.place  ██▌                      5.1 ms
    └ SQS SEND to my-order-queue                                      █▌                      3.2 ms
      └ SQS RECEIVE from my-order-queue      OrderProcessor.process    ░░░░░░░░░▐██████      12.4 ms  18 ms in the queue
        └ Kafka SEND to order_events                                                ▐█▌       4.0 ms
          └ Kafka RECEIVE from order_events  OrderAudit.record                        ░▐███   6.6 ms  2 ms in the topic
`);
  });
  it('at 100 columns is without those who handled it', () => {
    expect(picture(order, 100)).toBe(`
  ✓ ORD-1   43 ms, 24 ms active                               trace 0af7651916cd43dd8448eb211c80319c
    POST /orders                             ███                          5.1 ms
    └ SQS SEND to my-order-queue              ██                          3.2 ms
      └ SQS RECEIVE from my-order-queue         ░░░░░░░░░░░███████▌      12.4 ms  18 ms in the queue
        └ Kafka SEND to order_events                           ▐██        4.0 ms
          └ Kafka RECEIVE from order_events                       ░████   6.6 ms  2 ms in the topic
`);
  });
  it('at 80 columns says things shorter', () => {
    expect(picture(order, 80)).toBe(`
  ✓ ORD-1   43 ms, 24 ms active           trace 0af7651916cd43dd8448eb211c80319c
    POST /orders                             █▌             5.1 ms
    └ SQS SEND to my-order-queue             ▐▌             3.2 ms
      └ SQS RECEIVE from my-order-queue       ░░░░░▐███    12.4 ms  18 ms queued
        └ Kafka SEND to order_events                 ▐▌     4.0 ms
          └ Kafka RECEIVE from order_events           ░██   6.6 ms  2 ms queued
`);
  });
  it('at 60 columns has shorter names, and the remarks in lines of their own', () => {
    expect(picture(order, 60)).toBe(`
  ✓ ORD-1   43 ms, 24 ms active  trace 0af7651916cd43dd8448…
    POST /orders                    ██                5.1 ms
    └ SQS SEND to my-order-queue    ▐▌                3.2 ms
      └ SQS RECEIVE from my-order…   ░░░░░░░████▌    12.4 ms
        │ 18 ms queued
        └ Kafka SEND to order_eve…            ▐█      4.0 ms
          └ Kafka RECEIVE from or…              ▐██   6.6 ms
              2 ms queued
`);
  });
});

describe('the picture of an order that was tried twice, in three services', () => {
  it('at 140 columns names the service of each transaction', () => {
    expect(picture(retried, 140, 'ORD-2')).toBe(`
  ↻ ORD-2   4.1 s, 31 ms active, 2 attempts                                                           trace 0af7651916cd43dd8448eb211c80319c
    POST /orders                             order-service · OrdersController.place    ██          ┊           5.1 ms
    └ SQS SEND to my-order-queue                                                       ▐█          ┊           3.2 ms
      ├ ✗ SQS RECEIVE from my-order-queue    order-processor · OrderProcessor.process    ░░░░░░▐██ ┊           7.0 ms  18 ms in the queue
      │   TimeoutError: the stock service did not answer within 3 s
      └ SQS RECEIVE from my-order-queue      order-processor · OrderProcessor.process             ┄┄┄████▌    12.4 ms  attempt 2 after 4.0 s
        └ Kafka SEND to order_events                                                               ┊   ▐█      4.0 ms
          └ Kafka RECEIVE from order_events  order-audit · OrderAudit.record                       ┊     ▐██   6.6 ms  2 ms in the topic
`);
  });
  it('at 120 columns names the services above', () => {
    expect(picture(retried, 120, 'ORD-2')).toBe(`
  ↻ ORD-2   4.1 s, 31 ms active, 2 attempts                                       trace 0af7651916cd43dd8448eb211c80319c
    order-service → order-processor → order-audit
    POST /orders                             OrdersController.place  █▌         ┊          5.1 ms
    └ SQS SEND to my-order-queue                                     ▐▌         ┊          3.2 ms
      ├ ✗ SQS RECEIVE from my-order-queue    OrderProcessor.process   ░░░░░░▐██ ┊          7.0 ms  18 ms in the queue
      │   TimeoutError: the stock service did not answer within 3 s
      └ SQS RECEIVE from my-order-queue      OrderProcessor.process            ┄┄┄████    12.4 ms  attempt 2 after 4.0 s
        └ Kafka SEND to order_events                                            ┊   █      4.0 ms
          └ Kafka RECEIVE from order_events  OrderAudit.record                  ┊    ░██   6.6 ms  2 ms in the topic
`);
  });
  it('at 80 columns still shows the error and the time that was cut out', () => {
    expect(picture(retried, 80, 'ORD-2')).toBe(`
  ↻ ORD-2   4.1 s, 31 ms active, 2 attempts  trace 0af7651916cd43dd8448eb211c80…
    order-service → order-processor → order-audit
    POST /orders                             █      ┊       5.1 ms
    └ SQS SEND to my-order-queue             ▐      ┊       3.2 ms
      ├ ✗ SQS RECEIVE from my-order-queue     ░░░▐█ ┊       7.0 ms  18 ms queued
      │   TimeoutError: the stock service did not answer within 3 s
      └ SQS RECEIVE from my-order-queue            ┄┄┄██   12.4 ms  attempt 2
        └ Kafka SEND to order_events                ┊  ▌    4.0 ms
          └ Kafka RECEIVE from order_events         ┊  ░█   6.6 ms  2 ms queued
`);
  });
});
