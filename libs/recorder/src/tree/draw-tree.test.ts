import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { widthOf } from './drawing/display-text.js';
import { drawTree, type DrawOptions } from './draw-tree.js';
import {
  order,
  retried,
  send,
  traceOf,
  transaction,
  withError,
} from './model/sample-trace.fixture.js';
import type { Trace } from '../record/trace.js';

const draw = (trace: Trace, options: Partial<DrawOptions> = {}): readonly string[] =>
  drawTree(trace, { title: 'ORD-1', width: 120, color: false, ...options });

const root = transaction({ id: 'a', name: 'POST /orders', type: 'request', at: [0, 10] });

describe('colour', () => {
  it.each([60, 80, 120, 150])(
    'says nothing that is not said without it, at %i columns',
    (width) => {
      const colored = draw(retried, { width, color: true });
      expect(colored.join('\n')).toContain('\u001b[31m');
      expect(colored.map(stripVTControlCharacters).map((line) => line.trimEnd())).toEqual(
        draw(retried, { width }),
      );
    },
  );

  it('is left out where it is off', () => {
    expect(draw(retried).join('')).not.toContain('\u001b');
  });
});

describe('the width', () => {
  const crowded = withError(
    traceOf(
      root,
      send({ id: 'b', parent: 'a', name: `SQS SEND to ${'注文'.repeat(40)}`, at: [1, 2] }),
      transaction({
        id: 'c',
        parent: 'b',
        name: `SQS RECEIVE ${'x'.repeat(300)}`,
        at: [9_000, 9_001],
        handler: 'A'.repeat(90),
        service: 'another-service-with-a-long-name',
        failed: true,
        attempt: 3,
        links: ['f', 'e'],
      }),
      transaction({ id: 'd', parent: 'nobody', name: 'lost', at: [99_000, 99_001], age: 5 }),
    ),
    'c',
    'Error',
    'long '.repeat(100),
  );
  const widths = Array.from({ length: 160 }, (_, index) => index + 40);

  it.each([
    ['an order', order],
    ['a retried order', retried],
    ['much in little room', crowded],
  ])('is never exceeded by %s, from 40 to 199 columns', (_, trace) => {
    const tooWide = widths.filter((width) =>
      drawTree(trace, { width, color: false, title: 'ORD-1' }).some(
        (line) => widthOf(line) > width,
      ),
    );
    expect(tooWide).toEqual([]);
  });

  it('holds for a title that is too long', () => {
    const [header] = draw(order, { width: 60, title: 'order '.repeat(50) });
    expect(widthOf(header ?? '')).toBeLessThanOrEqual(60);
    expect(header).toContain('43 ms, 24 ms active');
  });
});

describe('a tree', () => {
  it('shows several transactions below one span, by their start', () => {
    const fanOut = traceOf(
      root,
      send({ id: 'b', parent: 'a', name: 'Kafka SEND to t', at: [1, 2], subtype: 'kafka' }),
      transaction({ id: 'd', parent: 'b', name: 'second', at: [6, 8] }),
      transaction({ id: 'c', parent: 'b', name: 'first', at: [4, 9] }),
      send({ id: 'e', parent: 'c', name: 'inner', at: [5, 6] }),
    );
    expect(draw(fanOut).map((line) => line.slice(4, 20).trimEnd())).toEqual([
      expect.anything(),
      'POST /orders',
      '└ Kafka SEND to',
      '  ├ first',
      '  │ └ inner',
      '  └ second',
    ]);
    expect(draw(fanOut)[3]).toMatch(/2 ms in the topic$/);
    expect(draw(fanOut)[5]).toMatch(/4 ms in the topic$/);
  });

  it('hangs what has no reported parent from the root', () => {
    const lines = draw(traceOf(root, send({ id: 'b', parent: 'lost', name: 'query', at: [1, 2] })));
    expect(lines[2]).toMatch(/^ {4}└ query .* \(parent not reported\)$/);
  });

  it('is drawn without a root too, and knows the time in the queue by the age', () => {
    const lines = draw(
      traceOf(
        transaction({ id: 'b', parent: 'x', name: 'SQS RECEIVE from q', at: [0, 2], age: 5 }),
      ),
    );
    expect(lines[1]).toMatch(/^ {4}SQS RECEIVE from q +░+█+ +2\.0 ms {2}5 ms in the queue$/);
    expect(lines[2]).toBe('      (parent not reported)');
  });

  it('loses no span whose parents form a circle', () => {
    const lines = draw(
      traceOf(
        root,
        send({ id: 'b', parent: 'c', name: 'hen', at: [1, 2] }),
        send({ id: 'c', parent: 'b', name: 'egg', at: [1, 2] }),
        send({ id: 'd', parent: 'd', name: 'self', at: [3, 4] }),
      ),
    );
    expect(lines.join('\n')).toMatch(/hen.*circle\)\n.*egg.*\n.*self.*circle\)/);
  });

  it('marks a failure in its row and in the header, with its error below', () => {
    const failed = send({ id: 'b', parent: 'a', name: 'query', at: [1, 2], failed: true });
    const lines = draw(withError(traceOf(root, failed), 'b', 'TypeError', 'no\nluck'));
    expect(lines[0]).toMatch(/^ {2}✗ ORD-1 {3}10 ms, 10 ms active, 1 failed /);
    expect(lines[2]).toContain('└ ✗ query');
    expect(lines[3]).toBe('        TypeError: no␊luck');
  });

  it('is whole only when the last attempt went well', () => {
    const attempt = (id: string, number: number, failed: boolean) =>
      transaction({
        id,
        parent: 'a',
        name: 'SQS RECEIVE from q',
        at: [number * 20, number * 20 + 1],
        attempt: number,
        failed,
      });
    const first = attempt('b', 1, true);
    const below = send({ id: 'e', parent: 'b', name: 'query', at: [20, 21], failed: true });
    expect(draw(traceOf(root, first, below, attempt('c', 2, false)))[0]).toContain('↻ ORD-1');
    expect(draw(traceOf(root, first, attempt('c', 2, false)))[0]).toContain('↻ ORD-1');
    expect(draw(traceOf(root, first, attempt('c', 2, true)))[0]).toContain('✗ ORD-1');
  });

  it('says how many links lead to other traces', () => {
    const batch = transaction({
      id: 'b',
      name: 'Kafka RECEIVE from t',
      at: [0, 2],
      links: ['e', 'f'],
    });
    expect(draw(traceOf(batch))[1]).toMatch(/2 links$/);
  });

  it('is named after its root without a title, and drawn even when empty', () => {
    expect(drawTree(order, { width: 80, color: false })[0]).toContain('✓ POST /orders   43 ms');
    expect(drawTree(traceOf(), { width: 80, color: false })).toEqual([
      expect.stringContaining('✓ an empty trace   0.0 ms, 0.0 ms active'),
    ]);
  });

  it('has a row for each of 1,000 spans, side by side or one below the other', () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => index);
    const flat = traceOf(
      root,
      ...ids.map((id) => send({ id: `f${id}`, parent: 'a', name: `s${id}`, at: [id, id + 1] })),
    );
    const chain = traceOf(
      transaction({ id: 'c0', name: 'top', at: [0, 1] }),
      ...ids.map((id) =>
        send({ id: `c${id + 1}`, parent: `c${id}`, name: `s${id}`, at: [id, id + 1] }),
      ),
    );
    expect(draw(flat)).toHaveLength(1_002);
    expect(draw(chain)).toHaveLength(1_002);
    expect(draw(chain).at(-1)).toMatch(/^ {4}⋯ +└ s999 /);
  });
});
