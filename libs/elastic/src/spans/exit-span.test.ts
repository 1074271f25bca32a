import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Labels, Outgoing, Sending } from 'throughline/tracing';
import {
  done,
  record,
  run,
  sqsMessage,
  toKafka,
  type Recording,
} from '../recording/recording.fixture.js';
import type { SentSpan } from '../intake/server.fixture.js';

/** Beyond what Elastic's specification asks for, which is in ./checklist. */
describe('the exit span of a send', () => {
  let recording: Recording;
  beforeEach(async () => {
    recording = await record();
  });
  afterEach(() => recording.stop());

  const sendInside = (to: Outgoing, error?: unknown, labels?: Labels): Sending => {
    const work = recording.tracer.process(sqsMessage, run);
    const sending = work.run(() => recording.tracer.send(to));
    sending.end(error, labels);
    work.end(done);
    return sending;
  };
  const only = async (): Promise<SentSpan> => {
    const { spans } = await recording.sent();
    expect(spans).toHaveLength(1);
    const [span] = spans;
    if (span === undefined) throw new Error('Nothing was sent.');
    return span;
  };

  it('is labelled with the facts of the send, and what is known at its end', async () => {
    sendInside({ ...toKafka, facts: { partition: 3 } }, undefined, { trace_context: 'full' });

    expect((await only()).context?.tags).toEqual({ partition: 3, trace_context: 'full' });
  });

  it('has an error with the same labels where it failed', async () => {
    sendInside({ ...toKafka, facts: { partition: 3 } }, new Error('no leader'), { tries: 5 });

    const { errors, spans } = await recording.sent();
    expect(spans[0]?.context?.tags).toEqual({ partition: 3, tries: 5 });
    expect(errors[0]?.context.tags).toMatchObject({ partition: 3, tries: 5 });
  });

  it('ends once', async () => {
    const sending = sendInside(toKafka);

    sending.end(new Error('too late'));

    expect((await only()).outcome).toBe('success');
    expect((await recording.sent()).errors).toEqual([]);
  });

  it('hangs from the transaction also where it is made after that ended', async () => {
    const work = recording.tracer.process(sqsMessage, run);
    const later = work.run(() => Promise.resolve().then(() => recording.tracer.send(toKafka)));
    work.end(done);

    const sending = await later;
    sending.end();

    const span = await only();
    expect(span.parent_id).toBe(work.ids?.spanId);
    expect(sending.traceparent).toContain(span.id);
  });
});
