import { once } from 'node:events';
import { request } from 'node:http';
import { constants, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startRecorder, type Recorder } from './recorder.js';
import {
  ndjson,
  packed,
  postTo,
  sample,
  whole,
  type Post,
} from './protocol/sample-lines.fixture.js';

let recorder: Recorder;

beforeEach(async () => {
  recorder = await startRecorder();
});
afterEach(() => recorder.close());

const post: Post = (...request) => postTo(recorder.url)(...request);

describe('what an agent sends', () => {
  it('is recorded, each kind in its list, with the service of its stream', async () => {
    const response = await post(whole);

    expect([response.status, await response.text()]).toEqual([202, '']);
    expect(recorder.problems).toEqual([]);
    expect(recorder.metadata).toMatchObject([{ serviceName: 'orders', stream: 1, line: 1 }]);
    expect(recorder.transactions).toMatchObject([
      { id: sample.transactionId, serviceName: 'orders', line: 2 },
    ]);
    expect(recorder.spans).toMatchObject([{ id: sample.spanId, serviceName: 'orders', line: 3 }]);
    expect(recorder.errors).toMatchObject([{ exception: { message: 'boom' }, line: 4 }]);
    expect(recorder.metricsets).toHaveLength(1);
  });

  it('may be packed with gzip or deflate', async () => {
    const gzip = await post(packed(gzipSync(whole)), { 'content-encoding': 'gzip' });
    recorder.clear();
    const deflate = await post(packed(deflateSync(whole)), { 'content-encoding': 'deflate' });

    expect([gzip.status, deflate.status]).toEqual([202, 202]);
    expect([recorder.spans.length, recorder.problems.length]).toEqual([1, 0]);
  });

  it('names the service of the event where that is another one', async () => {
    await post(ndjson(sample.metadata(), sample.span({ context: { service: { name: 'audit' } } })));
    expect(recorder.spans).toMatchObject([{ serviceName: 'audit' }]);
  });

  it('is reported in the response on request', async () => {
    const response = await post(whole, {}, '?verbose');
    expect([response.status, await response.json()]).toEqual([202, { accepted: 4 }]);
  });

  it('is visible while the stream continues', async () => {
    const stream = request(`${recorder.url}/intake/v2/events`, {
      method: 'POST',
      headers: { 'content-encoding': 'gzip' },
    });
    const answered = once(stream, 'response');
    const gzip = createGzip();
    gzip.pipe(stream);
    gzip.write(ndjson(sample.metadata(), sample.transaction()));
    gzip.flush(constants.Z_SYNC_FLUSH);

    const seen = await recorder.waitFor(({ transactions }) => transactions.length === 1);

    expect(seen.spans).toHaveLength(0);
    gzip.end(ndjson(sample.span()));
    await answered;
    expect(recorder.spans).toHaveLength(1);
    expect(recorder.problems).toEqual([]);
  });
});

describe('the server around it', () => {
  it('identifies as an APM Server of version 8', async () => {
    const answer: unknown = await (await fetch(recorder.url)).json();
    expect(answer).toMatchObject({ version: expect.stringMatching(/^8\.\d+\.\d+$/) });
  });

  it('has no central configuration', async () => {
    const response = await fetch(`${recorder.url}/config/v1/agents?service.name=orders`);
    expect([response.status, await response.text()]).toEqual([304, '']);
    expect(recorder.problems).toEqual([]);
  });

  it('listens on the given port', async () => {
    const port = recorder.port;
    await recorder.close();
    const again = await startRecorder({ port });
    expect(again.url).toBe(`http://127.0.0.1:${port}`);
    await again.close();
  });

  it('fails when the port is in use', async () => {
    await expect(startRecorder({ port: recorder.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});

describe('a query', () => {
  it('returns traces, and the parents that were not reported', async () => {
    const other = 'f'.repeat(32);
    await post(
      ndjson(
        sample.metadata(),
        sample.transaction(),
        sample.span(),
        sample.error(),
        sample.transaction({ id: 'a'.repeat(16), trace_id: other, parent_id: 'b'.repeat(16) }),
      ),
    );

    expect(recorder.traces().map(({ traceId }) => traceId)).toEqual([sample.traceId, other]);
    expect(recorder.trace(sample.traceId)).toMatchObject({
      transactions: [{ id: sample.transactionId }],
      spans: [{ id: sample.spanId }],
      errors: [{ exception: { message: 'boom' } }],
    });
    expect(recorder.trace('0')).toBeUndefined();
    expect(recorder.orphans()).toEqual([
      { traceId: other, parentId: 'b'.repeat(16), children: ['a'.repeat(16)] },
    ]);
  });

  it('returns values that do not change', async () => {
    const before = recorder.snapshot();
    await post(whole);
    const after = recorder.snapshot();

    expect([before.spans.length, after.spans.length]).toEqual([0, 1]);
    expect(Object.isFrozen(after.spans)).toBe(true);
    expect(Object.isFrozen(after.transactions[0]?.span_count)).toBe(true);
  });

  it('waits until the signal aborts, and says what was recorded', async () => {
    await post(whole);
    const never = recorder.waitFor(() => false, {
      signal: AbortSignal.abort(new Error('too late')),
    });
    await expect(never).rejects.toMatchObject({
      message:
        'Timed out waiting; recorded: 1 transactions, 1 spans, 1 errors, 1 metricsets, 0 problems',
      cause: { message: 'too late' },
    });
  });

  it('ends every wait when it closes, and rethrows what a predicate throws', async () => {
    const never = recorder.waitFor(() => false);
    const broken = recorder.waitFor(() => {
      throw new RangeError('mine');
    });
    await expect(broken).rejects.toThrow(RangeError);
    await Promise.all([recorder.close(), expect(never).rejects.toThrow('Timed out waiting')]);
  });

  it('forgets on demand', async () => {
    await post(ndjson(sample.metadata(), sample.span(), 'x'));
    recorder.clear();
    expect([recorder.spans, recorder.problems]).toEqual([[], []]);
  });
});
