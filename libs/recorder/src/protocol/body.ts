import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';

/** The error for an invalid request. Nothing more can be read from such a request. */
export class BadRequest extends Error {
  constructor(
    readonly where: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const decoders = { gzip: createGunzip, deflate: createInflate } as const;

const isDecoder = (encoding: string): encoding is keyof typeof decoders =>
  Object.hasOwn(decoders, encoding);

/**
 * Yields the chunks of a request. If the loop ends early, the request is not destroyed, because the response is written to its
 * socket later.
 */
const plain = (request: IncomingMessage): AsyncIterable<Buffer> =>
  request.iterator({ destroyOnReturn: false });

async function* unpacked(request: IncomingMessage, decoder: Transform): AsyncGenerator<Buffer> {
  const gone = (cause: Error): void => void decoder.destroy(cause);
  request.once('error', gone);
  request.pipe(decoder);
  try {
    yield* decoder;
  } finally {
    request.off('error', gone);
    request.unpipe(decoder);
    decoder.destroy();
  }
}

/**
 * Yields the bytes of a request's body, decompressed as they arrive. They cannot be decompressed at the end, because agents keep
 * a request open for 10 s and flush in between.
 *
 * @throws {BadRequest} if the APM Server does not support the encoding, or if the bytes do not match the encoding.
 */
export async function* bodyOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && !isDecoder(encoding)) {
    throw new BadRequest('content-encoding', `'${encoding}' is not gzip, deflate or identity`);
  }
  try {
    yield* encoding === 'identity' ? plain(request) : unpacked(request, decoders[encoding]());
  } catch (cause) {
    if (request.errored)
      throw new BadRequest('stream', 'the client went away in the middle', { cause });
    throw new BadRequest('content-encoding', `the body is not ${encoding}: ${String(cause)}`, {
      cause,
    });
  }
}

/** Reads and discards the rest of a request. Without this, the response would not reach a client that is still sending. */
export async function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  request.resume();
  await once(request, 'close');
}
