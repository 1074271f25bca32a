import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { killPrograms, Program } from '../support/programs/program.js';
import { chainIn, chainOf } from '../support/traces/whole-trace.js';

const DEMO = resolve('dist/demo/main.js');
const WHOLE = chainOf('my-order-queue', 'order_events');

const Row = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  parentId: z.string().nullable(),
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  service: z.string(),
  name: z.string(),
  type: z.string(),
  subtype: z.string().nullable(),
  action: z.string().nullable(),
  kind: z.enum(['transaction', 'span']),
  startMs: z.number().min(0),
  durationMs: z.number().positive(),
  outcome: z.enum(['success', 'failure', 'unknown']),
});
const Document = z.strictObject({
  orders: z.number(),
  traces: z.array(
    z.strictObject({ traceId: z.string(), orderId: z.string(), spans: z.array(Row) }),
  ),
});

jest.setTimeout(120_000);
afterEach(killPrograms);

/** The address that the demo prints. */
const urlsIn = (out: string): { service: string; sqs: string } => ({
  service: /order service (http:\S+)/.exec(out)?.[1] ?? '',
  sqs: /embedded SQS (http:\S+)/.exec(out)?.[1] ?? '',
});

const answers = async (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

describe('npm run demo', () => {
  it('prints with --json one document only: five orders, each a whole trace from POST to audit', async () => {
    const demo = new Program([DEMO, '--orders', '5', '--once', '--json']);

    const { code } = await demo.ended;

    expect({ code, said: demo.log.replace(demo.out, '') }).toEqual({ code: 0, said: '' });
    const { orders, traces } = Document.parse(JSON.parse(demo.out));
    expect(orders).toBe(5);
    expect(traces.map(({ orderId }) => orderId)).toEqual(
      [1, 2, 3, 4, 5].map((number) => `ORD-${number}`),
    );
    expect(new Set(traces.map(({ traceId }) => traceId)).size).toBe(5);
    for (const { traceId, spans } of traces) {
      expect(chainIn(spans)).toEqual(WHOLE);
      expect(spans.every((span) => span.traceId === traceId)).toBe(true);
      expect(spans.every(({ outcome }) => outcome === 'success')).toBe(true);
    }
  });

  it('prints with --once a tree for each order, and ends by itself', async () => {
    const demo = new Program([DEMO, '--orders', '2', '--once']);

    const { code } = await demo.ended;

    expect(code).toBe(0);
    for (const row of WHOLE) {
      const name = row.replace(/^\w+ /, '');
      expect(demo.count(new RegExp(name))).toBe(2);
    }
    expect(demo.out).toContain('2 orders, 2 complete traces, 0 failed.');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'continues to serve, prints further traces, and stops everything on %s',
    async (signal) => {
      const demo = new Program([DEMO, '--orders', '1']);
      await demo.waitForLine(/Press Ctrl-C to stop/);
      const { service, sqs } = urlsIn(demo.out);

      await fetch(`${service}/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ item: 'Lamp', quantity: 3 }),
      });
      await demo.waitForLine(/Kafka RECEIVE from order_events/, 2);
      demo.signal(signal);

      expect(await demo.ended).toEqual({ code: 0, signal: null });
      expect([await answers(service), await answers(sqs)]).toEqual([false, false]);
    },
  );

  it.each([
    [['--orders', 'x'], 'is "x"'],
    [['--orders', '0'], 'an integer from 1'],
    [['--orders', '2.5'], 'is "2.5"'],
    [['--orders'], "'--orders <value>'"],
    [['--twice'], "'--twice'"],
    [['five'], "'five'"],
  ])('refuses %j with its usage, before anything is started', async (args, complaint) => {
    const demo = new Program([DEMO, ...args]);

    const { code } = await demo.ended;

    expect(code).toBe(2);
    expect(demo.out).toBe('');
    expect(demo.log).toContain(complaint);
    expect(demo.log).toContain('Usage: npm run demo');
  });

  it.each(['127.0.0.1', '::'])('works where port 3000 of %s is taken', async (host) => {
    const squatter = createServer();
    // If another process already has the port, the test is fine with that.
    await new Promise<void>((done) => {
      squatter.once('error', () => done());
      squatter.listen(3_000, host, done);
    });

    const demo = new Program([DEMO, '--orders', '1', '--once']);
    const { code } = await demo.ended;

    expect(code).toBe(0);
    expect(urlsIn(demo.out).service).not.toBe('http://127.0.0.1:3000');
    expect(demo.out).toContain('1 orders, 1 complete traces, 0 failed.');
    if (squatter.listening) {
      squatter.close();
      await once(squatter, 'close');
    }
  });
});
