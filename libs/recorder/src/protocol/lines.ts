/** The maximum number of bytes of a line, as in the APM Server (`max_event_size`). */
export const MAX_LINE_BYTES = 307_200;

const NEWLINE = 0x0a;

/** One line of a stream. If the line is too long, only its beginning and its size are kept. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly bytes: number;
}

/**
 * Yields the lines of a byte stream as they arrive. At most one line of the maximum length is in memory. The last line needs no
 * line end. If the stream fails, the error is thrown after the complete lines.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let bytes = 0;
  let number = 0;

  const keep = (part: Buffer): void => {
    if (bytes <= MAX_LINE_BYTES && part.length > 0) parts.push(part);
    bytes += part.length;
  };
  const take = (): Line => {
    const whole = Buffer.concat(parts);
    const text = whole.toString('utf8', 0, Math.min(whole.length, MAX_LINE_BYTES));
    const line = { number: ++number, text, bytes };
    parts = [];
    bytes = 0;
    return line;
  };

  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, end));
      from = end + 1;
      yield take();
    }
    keep(chunk.subarray(from));
  }
  if (bytes > 0) yield take();
}
