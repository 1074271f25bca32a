import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { AgentConfigOptions } from 'elastic-apm-node';
import {
  done,
  record,
  run,
  sqsMessage,
  toKafka,
  TRACE_ID,
  TRACEPARENT,
  type Recording,
} from './recording/recording.fixture.js';

/**
 * The ways in which the agent's own calls mislead; the numbers are those of the project's facts. Trap 1 is row 41 of ./checklist,
 * traps 7 and 8 are ./scenarios/clients.test.ts, and trap 9 is ./elastic.faults.test.ts.
 */
describe('the traps of the agent', () => {
  let recording: Recording;
  const start = async (config?: AgentConfigOptions): Promise<void> => {
    recording = await record(config);
  };
  afterEach(() => recording.stop());

  it('traps 2 and 3: neither a transaction nor a send is current in the code that opened it', async () => {
    await start();
    const work = recording.tracer.process(sqsMessage, run);
    const afterProcess = recording.tracer.current();

    const inside = await work.run(async () => {
      const sending = recording.tracer.send(toKafka);
      const afterSend = recording.tracer.current();
      sending.end();
      await setImmediate();
      return [afterSend, recording.tracer.current()];
    });
    const afterRun = recording.tracer.current();
    work.end(done);

    expect(inside).toEqual([work.ids, work.ids]);
    expect([afterProcess, afterRun, recording.tracer.current()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('trap 4: beyond transactionMaxSpans the message names the transaction, still sampled', async () => {
    await start({ transactionMaxSpans: 1 });
    const work = recording.tracer.process(sqsMessage, run);

    const sendings = work.run(() => [
      recording.tracer.send(toKafka),
      recording.tracer.send(toKafka),
    ]);
    sendings[0]?.end();
    sendings[1]?.end(new Error('no leader'));
    work.end(done);

    const { spans, transactions, errors } = await recording.sent();
    expect(transactions[0]?.span_count).toEqual({ started: 1, dropped: 1 });
    expect(sendings.map(({ traceparent }) => traceparent)).toEqual([
      `00-${work.ids?.traceId ?? ''}-${spans[0]?.id ?? ''}-01`,
      `00-${work.ids?.traceId ?? ''}-${work.ids?.spanId ?? ''}-01`,
    ]);
    expect(errors.map(({ parent_id }) => parent_id)).toEqual([work.ids?.spanId]);
  });

  it('trap 4: where the trace is not sampled the message says so', async () => {
    await start({ transactionSampleRate: 0 });
    const root = recording.tracer.process(sqsMessage, run);
    const child = recording.tracer.process(
      { ...sqsMessage, traceparent: TRACEPARENT.replace(/01$/, '00') },
      run,
    );

    const fromRoot = root.run(() => recording.tracer.send(toKafka));
    const fromChild = child.run(() => recording.tracer.send(toKafka));
    fromRoot.end();
    fromChild.end(new Error('no leader'));

    expect(fromRoot).toMatchObject({
      traceparent: `00-${root.ids?.traceId ?? ''}-${root.ids?.spanId ?? ''}-00`,
      tracestate: 'es=s:0',
    });
    expect(fromChild.traceparent).toBe(`00-${TRACE_ID}-${child.ids?.spanId ?? ''}-00`);
    expect((await recording.sent()).errors).toMatchObject([{ trace_id: TRACE_ID }]);
  });

  it('trap 5: an error is reported with the stack it was made with, and its transaction fails', async () => {
    await start();
    const outOfStock = (): Error => Object.assign(new TypeError('out of stock'), { sku: 'a-1' });
    const work = recording.tracer.process({ ...sqsMessage, facts: { receive_count: 2 } }, run);

    work.end({ failed: true, error: outOfStock(), labels: { outcome: 'retry' } });

    const { transactions, errors } = await recording.sent();
    expect(transactions[0]?.outcome).toBe('failure');
    expect(errors).toMatchObject([
      {
        parent_id: work.ids?.spanId,
        transaction_id: work.ids?.spanId,
        context: {
          tags: {
            handler: run.handler,
            attempt: 1,
            message_id: 'm-1',
            receive_count: 2,
            outcome: 'retry',
          },
        },
        exception: { message: 'out of stock', type: 'TypeError', attributes: { sku: 'a-1' } },
      },
    ]);
    expect(errors[0]?.exception?.stacktrace[0]?.function).toBe('outOfStock');
  });

  it('trap 6: a context that is not valid starts a root of our own, without what it brought', async () => {
    await start();
    const invalid = [
      'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      '00-00000000000000000000000000000000-b7ad6b7169203331-01',
      '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
      '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
      'nonsense',
      '',
    ];

    const states = invalid.map((traceparent) => {
      const work = recording.tracer.process(
        { ...sqsMessage, traceparent, tracestate: 'es=s:0.1,other=1' },
        run,
      );
      const { tracestate } = work.run(() => recording.tracer.send(toKafka));
      work.end(done);
      return tracestate;
    });

    const { transactions } = await recording.sent();
    expect(states).toEqual(invalid.map(() => 'es=s:1'));
    expect(transactions.map(({ parent_id, sample_rate }) => [parent_id, sample_rate])).toEqual(
      invalid.map(() => [undefined, 1]),
    );
    expect(transactions.filter(({ trace_id }) => trace_id === TRACE_ID)).toEqual([]);
  });

  it('trap 6: a version to come is continued as the version that the agent writes', async () => {
    await start();
    const traceparent = `cc${TRACEPARENT.slice(2)}-what-comes`;
    const work = recording.tracer.process({ ...sqsMessage, traceparent }, run);

    const sending = work.run(() => recording.tracer.send(toKafka));

    expect(sending.traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`));
  });
});
