import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { resolve } from 'node:path';
import { killPrograms, Program } from '../support/programs/program.js';
import { localSqsEnv } from '../support/brokers/sqs-queue.js';
import { testKafka, testSqs, unique } from '../support/brokers/test-brokers.js';
import {
  elasticTraceReceiver,
  openTelemetryTraceReceiver,
  type SeenSpan,
  type TraceReceiver,
} from '../support/traces/trace-receiver.js';

const MESSAGES = 5;
const APP = ['--import', './tools/typescript.mjs', resolve('test/apps/mixed-chain.ts')];

jest.setTimeout(120_000);
afterEach(killPrograms);

const idOf = ({ traceId, spanId }: Pick<SeenSpan, 'traceId' | 'spanId'>): string =>
  `${traceId}/${spanId}`;

/** Everything that is reachable from a span by parents and links. */
function reachedFrom(start: SeenSpan, all: ReadonlyMap<string, SeenSpan>): Set<string> {
  const reached = new Set<string>();
  const open = [idOf(start)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const span = all.get(next);
    if (reached.has(next) || span === undefined) continue;
    reached.add(next);
    const { traceId, parentId, links } = span;
    if (parentId !== undefined) open.push(idOf({ traceId, spanId: parentId }));
    open.push(...links.map(idOf));
  }
  return reached;
}

const standards: readonly [string, () => Promise<TraceReceiver>, RegExp, number][] = [
  ['Elastic', elasticTraceReceiver, /^\w+ RECEIVE from orders$/i, 1],
  ['OpenTelemetry', openTelemetryTraceReceiver, /^process orders$/, 1],
];

describe.each(standards)('A mixed chain over both brokers, seen by %s', (_, open, first) => {
  it('leads from every span back to the first producer', async () => {
    await using traceReceiver = await open();
    const program = new Program(APP, {
      ...localSqsEnv(testSqs()),
      ...traceReceiver.env,
      NAME: unique('chain'),
      MESSAGES: String(MESSAGES),
      KAFKA_BROKERS: testKafka(),
    });
    await program.waitForLine(/the chain is done/);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    const spans = traceReceiver.spans();
    const byId = new Map(spans.map((span) => [idOf(span), span]));
    const producers = spans.filter(({ name }) => first.test(name)).map(idOf);

    const lost = spans.filter((span) => {
      const reached = reachedFrom(span, byId);
      return !producers.some((producer) => reached.has(producer));
    });

    expect(program.log).toContain(`"xray":${MESSAGES}`); // ten attributes leave no room
    expect(producers).toHaveLength(MESSAGES);
    expect(lost).toEqual([]);
    // Each message: the import, its send, the first run, its send, a run in the batch, its send, two that fail, one redriven.
    expect(spans.length).toBeGreaterThanOrEqual(MESSAGES * 9 + 1);
  });
});
