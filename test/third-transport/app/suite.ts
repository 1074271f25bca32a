/** Runs the conformance suite over the ledger with node:test: `TRACER=elastic node suite.js`. */
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { describeTransport } from 'throughline/conformance';
import { ledgerSubject } from './subject.js';
import { startTracer, type SeenSpan } from './tracers.js';

const name = process.env.TRACER;
const { tracer, spans, stop } = await startTracer(name);

describeTransport(`ledger, traced with ${name ?? ''}`, ledgerSubject(tracer), {
  describe: (title, body) => void describe(title, body),
  it: (title, body, timeout) => void it(title, { timeout }, body),
  beforeAll: (body, timeout) => before(body, { timeout }),
  afterAll: (body, timeout) => after(body, { timeout }),
});

void describe('the spans of the suite', () => {
  after(stop);

  void it('show what the ledger knows of a message', async () => {
    const seen = await spans();
    const handled = seen.filter(({ shows }) => shows.includes('Items.handle'));
    const isOfLedger = ({ name: span, shows }: SeenSpan): boolean =>
      name === 'elastic'
        ? span.includes('Paper Ledger') && shows.includes('"position":')
        : shows.includes('"paper_ledger"') && shows.includes('"paper.ledger.position":');

    assert(handled.length > 0, 'there are spans of handlers');
    assert(handled.some(isOfLedger), `${handled[0]?.name ?? ''} ${handled[0]?.shows ?? ''}`);
  });
});
