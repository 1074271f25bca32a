/** The two requests that a broker answers without a login, in Kafka's protocol. A Kafka client cannot send only these two. */

const API_VERSIONS = 18;
const SASL_HANDSHAKE = 17;

/** Returns the number of a request. The broker's answer repeats it. */
const numberOf = (index: number): number => 0x74_10_00 + index;

export const apiVersionsRequest: Buffer = request(API_VERSIONS, 0, 0, Buffer.alloc(0));

export function saslHandshakeRequest(mechanism: string): Buffer {
  const name = Buffer.from(mechanism);
  const size = Buffer.alloc(2);
  size.writeInt16BE(name.length);
  return request(SASL_HANDSHAKE, 1, 1, Buffer.concat([size, name]));
}

/**
 * Whether this is the answer to a request.
 *
 * @param index the index of the request on its connection, from 0
 */
export const isAnswerTo = (answer: Buffer, index: number): boolean =>
  answer.length >= 6 && answer.readInt32BE(0) === numberOf(index);

/** Reads the answer to a SaslHandshake. */
export function readHandshake(
  answer: Buffer | undefined,
): { readonly error: number; readonly mechanisms: readonly string[] } | undefined {
  if (answer === undefined || answer.length < 10) return undefined;
  const mechanisms: string[] = [];
  let position = 10;
  for (let left = answer.readInt32BE(6); left > 0 && position + 2 <= answer.length; left -= 1) {
    const end = position + 2 + answer.readInt16BE(position);
    mechanisms.push(answer.toString('utf8', position + 2, end));
    position = end;
  }
  return { error: answer.readInt16BE(4), mechanisms };
}

/** Encodes a request with a header of version 1, without a client id. */
function request(key: number, version: number, index: number, body: Buffer): Buffer {
  const header = Buffer.alloc(14);
  header.writeInt32BE(header.length - 4 + body.length, 0);
  header.writeInt16BE(key, 4);
  header.writeInt16BE(version, 6);
  header.writeInt32BE(numberOf(index), 8);
  header.writeInt16BE(-1, 12);
  return Buffer.concat([header, body]);
}
