import { describe, expect, it } from '@jest/globals';
import { none, type Tracer } from 'throughline/tracing';
import { watchedTracer } from './watched-tracer.fixture.js';

/** The check of the parents that messages name, which every test with a recording passes. */
describe('a watched tracer', () => {
  const parent = 'b7ad6b7169203331';
  const sendingAs = (flags: string): Tracer => ({
    ...none(),
    process: () => ({
      ids: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: parent },
      run: (work) => work(),
      end: () => undefined,
    }),
    send: () => ({
      traceparent: `00-0af7651916cd43dd8448eb211c80319c-${parent}-${flags}`,
      end: () => undefined,
    }),
  });
  const message = { system: 'sqs', destination: 'q', id: 'm-1' };
  const run = { handler: 'A.b', attempt: 1 };

  it('finds the parent that a message names and nobody reported', () => {
    const { tracer, orphaned } = watchedTracer(sendingAs('01'));
    tracer.send(message).end();

    expect(orphaned(new Set())).toEqual([parent]);
    expect(orphaned(new Set([parent]))).toEqual([]);
  });

  it('asks for none where the message says that it is not sampled, or its parent is still in progress', () => {
    const unsampled = watchedTracer(sendingAs('00'));
    unsampled.tracer.send(message).end();
    const { tracer, orphaned } = watchedTracer(sendingAs('01'));
    const work = tracer.process(message, run);
    tracer.send(message).end();

    expect([unsampled.orphaned(new Set()), orphaned(new Set())]).toEqual([[], []]);
    work.end({ failed: false });
    expect(orphaned(new Set())).toEqual([parent]);
  });
});
