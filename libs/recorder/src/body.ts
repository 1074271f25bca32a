import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';

/** The request itself is wrong; nothing in it can be read, or no more of it. */
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

/** Leaving the loop early must not destroy the request: the answer is still to be written on its socket. */
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
 * The bytes of a request's body, unpacked while they come: agents keep one request open for 10 s and flush within.
 * @throws {BadRequest} for an encoding the APM Server does not take, and for bytes that are not in the encoding they claim.
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

/** Reads what is left and forgets it, so that an answer reaches a client that is still sending. */
export async function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  request.resume();
  await once(request, 'close');
}
