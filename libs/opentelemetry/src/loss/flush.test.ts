import { afterEach, describe, expect, it } from '@jest/globals';
import { core, tracing, type NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import { done, record, run, sqsMessage, type Recording } from '../recording.fixture.js';

type Exporter = tracing.SpanExporter;
type Answer = Parameters<Exporter['export']>[1];

/** An exporter that answers when the test says so. */
class SlowExporter implements Exporter {
  readonly taken: string[] = [];
  readonly #asked = Promise.withResolvers<undefined>();
  readonly #answered = Promise.withResolvers<undefined>();
  #answer: Answer | undefined;

  get asked(): Promise<undefined> {
    return this.#asked.promise;
  }

  export(spans: tracing.ReadableSpan[], answer: Answer): void {
    this.taken.push(...spans.map(({ name }) => name));
    this.#answer = answer;
    this.#asked.resolve(undefined);
  }

  answer(code: core.ExportResultCode): void {
    this.#answer?.(
      code === core.ExportResultCode.FAILED ? { code, error: new Error('no collector') } : { code },
    );
    this.#answered.resolve(undefined);
  }

  forceFlush(): Promise<void> {
    return this.#answer === undefined ? Promise.resolve() : this.#answered.promise;
  }

  shutdown(): Promise<void> {
    this.answer(core.ExportResultCode.SUCCESS);
    return Promise.resolve();
  }
}

const batched = (
  exporter: Exporter,
  config: Omit<
    ConstructorParameters<typeof tracing.BatchSpanProcessor>[1] & object,
    'exporter'
  > = {},
): Partial<NodeSDKConfiguration> => ({
  spanProcessors: [new tracing.BatchSpanProcessor(exporter, config)],
  // Spans are all that there is to wait for.
  metricReaders: [],
});

describe('flush', () => {
  let recording: Recording | undefined;
  afterEach(async () => {
    await recording?.stop();
    recording = undefined;
  });

  it('sends out what waits', async () => {
    const exporter = new tracing.InMemorySpanExporter();
    recording = record({}, batched(exporter));
    recording.tracer.process(sqsMessage, run).end(done);
    expect(exporter.getFinishedSpans()).toHaveLength(0);

    expect(await recording.tracer.flush(AbortSignal.timeout(10_000))).toEqual({ lost: 0 });

    expect(exporter.getFinishedSpans()).toHaveLength(1);
    expect(recording.warnings).toEqual([]);
  });

  it('waits for an export that has begun without it', async () => {
    const exporter = new SlowExporter();
    recording = record({}, batched(exporter, { scheduledDelayMillis: 1 }));
    recording.tracer.process(sqsMessage, run).end(done);
    await exporter.asked;
    let isFlushed = false;

    const flushing = recording.tracer.flush(AbortSignal.timeout(10_000)).then((result) => {
      isFlushed = true;
      return result;
    });
    await new Promise(setImmediate);
    const isEarly = isFlushed;
    exporter.answer(core.ExportResultCode.SUCCESS);

    expect([isEarly, await flushing]).toEqual([false, { lost: 0 }]);
  });

  it('ends at its deadline if nobody answers, and warns', async () => {
    const exporter = new SlowExporter();
    recording = record({}, batched(exporter));
    recording.tracer.process(sqsMessage, run).end(done);
    const deadline = new AbortController();

    const flushing = recording.tracer.flush(deadline.signal);
    await exporter.asked;
    deadline.abort();

    expect(await flushing).toEqual({ lost: 0 });
    expect(await recording.tracer.flush(AbortSignal.abort())).toEqual({ lost: 0 });
    expect(recording.warnings).toEqual([expect.stringContaining('before the flush deadline')]);
  });

  it('counts what an exporter rejects, and warns', async () => {
    const exporter = new SlowExporter();
    recording = record({}, batched(exporter));
    for (let count = 0; count < 3; count++) recording.tracer.process(sqsMessage, run).end(done);

    const flushing = recording.tracer.flush(AbortSignal.timeout(10_000));
    await exporter.asked;
    exporter.answer(core.ExportResultCode.FAILED);

    expect(await flushing).toEqual({ lost: 3 });
    expect(recording.warnings).toEqual([expect.stringContaining('no collector')]);
  });

  it('counts what an exporter has rejected before, each span once, and warns once', async () => {
    const exporter = new SlowExporter();
    recording = record({}, batched(exporter, { scheduledDelayMillis: 1 }));
    recording.tracer.process(sqsMessage, run).end(done);
    recording.tracer.process(sqsMessage, run).end(done);
    await exporter.asked;
    exporter.answer(core.ExportResultCode.FAILED);

    const first = await recording.tracer.flush(AbortSignal.timeout(10_000));
    const second = await recording.tracer.flush(AbortSignal.timeout(10_000));

    expect([first, second]).toEqual([{ lost: 2 }, { lost: 2 }]);
    expect(recording.warnings).toEqual([expect.stringContaining('no collector')]);
  });

  it('counts exactly what a full queue has dropped, even if there was room again in between, and warns once', async () => {
    const exporter = new tracing.InMemorySpanExporter();
    recording = record({}, batched(exporter, { maxQueueSize: 10, maxExportBatchSize: 10 }));
    const { tracer } = recording;

    for (let count = 0; count < 25; count++) tracer.process(sqsMessage, run).end(done);
    await tracer.flush(AbortSignal.timeout(10_000));
    for (let count = 0; count < 25; count++) tracer.process(sqsMessage, run).end(done);
    const { lost } = await tracer.flush(AbortSignal.timeout(10_000));

    expect(lost).toBeGreaterThan(0);
    expect(lost).toBe(50 - exporter.getFinishedSpans().length);
    expect(recording.warnings).toEqual([
      expect.stringMatching(/queue of 10 spans is full.*MAX_QUEUE_SIZE/),
    ]);
  });

  it('sends out metrics, too', async () => {
    recording = record();
    recording.tracer.process(sqsMessage, run).end(done);

    await recording.tracer.flush(AbortSignal.timeout(10_000));

    expect((await recording.points()).length).toBeGreaterThan(0);
  });
});
