import { afterEach, describe, expect, it } from '@jest/globals';
import { alteredAgent, throwing } from './agent/altered-agent.fixture.js';
import { elastic } from './elastic.js';
import { loadAgent } from './agent/load.js';
import { record, run, sqsMessage, toKafka, type Recording } from './recording/recording.fixture.js';

/** A whole message: handled, one send, ended. */
function deliver(tracer: ReturnType<typeof elastic>): {
  readonly handled: string;
  readonly traceparent: string | undefined;
} {
  const work = tracer.process(sqsMessage, run);
  const { handled, traceparent } = work.run(() => {
    const sending = tracer.send(toKafka);
    const handled = tracer.suppress(() => 'handled');
    sending.end(new Error('no leader'));
    return { handled, traceparent: sending.traceparent };
  });
  work.end({ failed: true, error: new Error('out of stock') });
  return { handled, traceparent };
}

describe('an agent that fails', () => {
  let recording: Recording | undefined;
  afterEach(async () => {
    await recording?.stop();
    recording = undefined;
  });

  it('trap 9: one that is not started traces nothing, which is reported once with the way out', async () => {
    const warnings: string[] = [];
    const tracer = elastic({ warn: (message) => warnings.push(message) });

    expect(deliver(tracer)).toEqual({ handled: 'handled', traceparent: undefined });
    expect(tracer.process(sqsMessage, run).ids).toBeUndefined();
    expect(tracer.current()).toBeUndefined();
    expect(await tracer.flush(AbortSignal.timeout(1_000))).toEqual({ lost: 0 });
    expect(warnings).toEqual([expect.stringContaining("import 'elastic-apm-node/start.js'")]);
  });

  it('one that is started after the tracer was created is used from then on', async () => {
    const tracer = elastic({ warn: () => undefined });
    recording = await record();

    expect(deliver(tracer).traceparent).toEqual(expect.any(String));
    expect((await recording.sent()).transactions).toHaveLength(1);
  });

  it('one that is switched off traces nothing, without a warning', async () => {
    recording = await record({ active: false });

    expect(deliver(recording.tracer)).toEqual({ handled: 'handled', traceparent: undefined });
    expect(recording.warnings).toEqual([]);
  });

  it('one whose every call throws affects no message, and is reported once', async () => {
    const agent = new Proxy(loadAgent(), {
      get: () => {
        throw new Error('broken agent');
      },
    });
    const warnings: string[] = [];
    const tracer = elastic({ agent, warn: (message) => warnings.push(message) });

    expect([deliver(tracer).handled, deliver(tracer).handled]).toEqual(['handled', 'handled']);
    expect(await tracer.flush(AbortSignal.timeout(1_000))).toEqual({ lost: 0 });
    expect(warnings).toEqual([expect.stringContaining('broken agent')]);
  });

  it.each([
    ['createTransaction'],
    ['withRunContext'],
    ['root'],
    ['enterTrans'],
    ['createSpan'],
    ['propagateTraceContextHeaders'],
    ['setMessageContext'],
    ['setServiceContext'],
    ['_setDestinationContext'],
    ['setServiceTarget'],
    ['isRecorded'],
    ['addLabels'],
    ['setOutcome'],
    ['captureError'],
    ['end'],
    ['flush'],
  ])('one whose %s throws affects no message, and is reported once', async (name) => {
    recording = await record();
    const warnings: string[] = [];
    const agent = alteredAgent(recording.agent, throwing(name));
    const tracer = elastic({ agent, warn: (message) => warnings.push(message) });

    expect([deliver(tracer).handled, deliver(tracer).handled]).toEqual(['handled', 'handled']);
    expect(await tracer.flush(AbortSignal.timeout(1_000))).toEqual({ lost: 0 });
    expect(warnings).toEqual([expect.stringContaining(`${name} failed`)]);
  });

  it('one whose labels fail still ends its transaction', async () => {
    recording = await record();
    const agent = alteredAgent(
      recording.agent,
      throwing('addLabels', 'captureError', 'setMessageContext'),
    );

    deliver(elastic({ agent, warn: () => undefined }));

    expect((await recording.sent()).transactions).toHaveLength(1);
  });
});
