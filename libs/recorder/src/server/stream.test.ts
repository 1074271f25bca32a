import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_LINE_BYTES } from '../protocol/lines.js';
import { startRecorder, type Recorder } from '../recorder.js';
import {
  ndjson,
  packed,
  postTo,
  sample,
  whole,
  type Post,
} from '../protocol/sample-lines.fixture.js';

let recorder: Recorder;

beforeEach(async () => {
  recorder = await startRecorder();
});
afterEach(() => recorder.close());

const post: Post = (...request) => postTo(recorder.url)(...request);

describe('an error', () => {
  it('is answered as the server does, recorded as a problem with its location, and the rest is accepted', async () => {
    const response = await post(
      ndjson(sample.metadata(), '{"span": {', sample.span({ name: 7 }), sample.transaction()),
    );

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      accepted: 1,
      errors: [
        { message: expect.stringContaining('is not JSON'), document: '{"span": {' },
        { message: expect.stringMatching(/^span\.name: .*expected string, received number/) },
      ],
    });
    expect(recorder.problems).toMatchObject([
      { stream: 1, line: 2, serviceName: 'orders', where: 'line', refused: true },
      { stream: 1, line: 3, serviceName: 'orders', where: 'span.name', refused: true },
    ]);
    expect(recorder.transactions).toHaveLength(1);
  });

  it('is a problem also where the server accepts it', async () => {
    const response = await post(ndjson(sample.metadata(), sample.span({ parent_id: 'zz' })));

    expect(response.status).toBe(202);
    expect(recorder.problems).toMatchObject([{ where: 'span.parent_id', refused: false }]);
    expect(recorder.spans).toHaveLength(1);
  });

  it('includes a duplicate id', async () => {
    await post(ndjson(sample.metadata(), sample.span(), sample.span()));
    expect(recorder.problems).toMatchObject([{ line: 3, where: 'span.id', refused: false }]);
  });

  it('names five errors in a response, and records all', async () => {
    const response = await post(ndjson(sample.metadata(), ...Array<string>(7).fill('x')));
    expect(await response.json()).toMatchObject({ accepted: 0, errors: { length: 5 } });
    expect(recorder.problems).toHaveLength(7);
  });

  it('ends the stream when it is the metadata', async () => {
    const response = await post(ndjson(sample.transaction(), sample.span()));
    expect(response.status).toBe(400);
    expect(recorder.problems).toMatchObject([{ line: 1, where: 'line', serviceName: null }]);
    expect(recorder.spans).toEqual([]);
  });

  it('is answered also while the client still sends', async () => {
    const stream = request(`${recorder.url}/intake/v2/events`, { method: 'POST' });
    const answered = once(stream, 'response');
    stream.write(ndjson(sample.span()));

    expect(await answered).toMatchObject([{ statusCode: 400 }]);
    stream.end();
  });

  it('includes a line beyond 300 KB; the next one is accepted', async () => {
    const long = sample.span({ context: { custom: 'x'.repeat(MAX_LINE_BYTES) } });
    const response = await post(ndjson(sample.metadata(), long, sample.transaction()));

    expect(response.status).toBe(400);
    expect(recorder.problems).toMatchObject([
      { line: 2, where: 'line', what: expect.stringContaining('exceeded the permitted size') },
    ]);
    expect(recorder.problems[0]?.document).toHaveLength(1_000);
    expect(recorder.transactions).toHaveLength(1);
  });

  it.each([
    ['an unknown packing', 'br', packed(brotliCompressSync(whole))],
    ['a packing that is another one', 'gzip', packed(deflateSync(whole))],
    ['bytes that end too early', 'gzip', packed(gzipSync(whole).subarray(0, 40))],
  ])('includes %s', async (_, encoding, body) => {
    const response = await post(body, { 'content-encoding': encoding });
    expect(response.status).toBe(400);
    expect(recorder.problems).toMatchObject([{ line: null, where: 'content-encoding' }]);
  });

  it('includes another content type and another route', async () => {
    expect((await post(whole, { 'content-type': 'application/json' })).status).toBe(400);
    expect((await fetch(`${recorder.url}/intake/v3`)).status).toBe(404);
    expect(recorder.problems.map(({ where }) => where)).toEqual(['content-type', 'route']);
  });

  it('includes a client that disconnects in the middle; its complete lines are recorded', async () => {
    const client = connect(recorder.port, '127.0.0.1');
    const body = ndjson(sample.metadata(), sample.transaction()) + '{"span": {"id"';
    client.write(
      'POST /intake/v2/events HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n' + body,
    );
    await recorder.waitFor(({ transactions }) => transactions.length === 1);

    client.destroy();
    const { problems } = await recorder.waitFor((snapshot) => snapshot.problems.length > 0);

    expect(problems).toMatchObject([
      { stream: 1, line: null, where: 'stream', what: 'the client went away in the middle' },
    ]);
    expect(recorder.transactions).toHaveLength(1);
    expect((await post(whole)).status).toBe(202);
  });
});
