import { describe, expect, it } from '@jest/globals';
import { linesOf, MAX_LINE_BYTES, type Line } from './lines.js';

async function* chunked(...chunks: readonly (string | Buffer | Error)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) {
    await Promise.resolve();
    if (chunk instanceof Error) throw chunk;
    yield Buffer.from(chunk);
  }
}

const collect = async (...chunks: readonly (string | Buffer)[]): Promise<Line[]> => {
  const lines: Line[] = [];
  for await (const line of linesOf(chunked(...chunks))) lines.push(line);
  return lines;
};

const texts = async (...chunks: readonly (string | Buffer)[]): Promise<string[]> =>
  (await collect(...chunks)).map(({ text }) => text);

describe('linesOf', () => {
  it('gives the lines wherever the chunks are cut', async () => {
    expect(await texts('a', 'b\nc', '\n', 'd\ne\n')).toEqual(['ab', 'c', 'd', 'e']);
  });

  it('gives a last line without a line end', async () => {
    expect(await texts('a\nb')).toEqual(['a', 'b']);
  });

  it('gives empty lines, and none for nothing', async () => {
    expect(await texts('a\n\nb\n')).toEqual(['a', '', 'b']);
    expect(await texts()).toEqual([]);
  });

  it('keeps a character whole that two chunks share', async () => {
    const bytes = Buffer.from('ü✓😀');
    expect(await texts(bytes.subarray(0, 1), bytes.subarray(1, 7), bytes.subarray(7))).toEqual([
      'ü✓😀',
    ]);
  });

  it('counts lines from 1', async () => {
    expect((await collect('a\nb\n')).map(({ number }) => number)).toEqual([1, 2]);
  });

  it('takes a line at the limit whole and keeps no more than the limit of one beyond it', async () => {
    const limit = 'x'.repeat(MAX_LINE_BYTES);
    const [fits, beyond, after] = await collect(
      limit,
      '\n',
      limit,
      'yy',
      'z'.repeat(100_000),
      '\nok\n',
    );
    expect([fits?.bytes, fits?.text.length]).toEqual([MAX_LINE_BYTES, MAX_LINE_BYTES]);
    expect([beyond?.bytes, beyond?.text.length]).toEqual([
      MAX_LINE_BYTES + 100_002,
      MAX_LINE_BYTES,
    ]);
    expect(after).toEqual({ number: 3, text: 'ok', bytes: 2 });
  });

  it('gives the whole lines first where the stream breaks', async () => {
    const lines = linesOf(chunked('a\nb', new Error('gone')));
    expect(await lines.next()).toMatchObject({ value: { text: 'a' } });
    await expect(lines.next()).rejects.toThrow('gone');
  });
});
