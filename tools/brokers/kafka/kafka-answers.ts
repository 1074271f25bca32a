import { ask } from '../process/answers.js';

const metadataKey = 3;
const metadataVersion = 1;
const correlationId = 0x7410;
const frameBytes = 4;

/** A Metadata request, version 1, for the brokers and no topics. */
export function metadataRequest(): Buffer {
  const body = Buffer.alloc(14);
  body.writeInt16BE(metadataKey, 0);
  body.writeInt16BE(metadataVersion, 2);
  body.writeInt32BE(correlationId, 4);
  body.writeInt16BE(-1, 8); // no client id
  body.writeInt32BE(0, 10); // no topics
  const size = Buffer.alloc(frameBytes);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}

/** How many brokers a Metadata response names. `undefined` if it is not the response to our request. */
export function brokersIn(answer: Buffer): number | undefined {
  if (answer.length < 12 || answer.readInt32BE(4) !== correlationId) return undefined;
  return answer.readInt32BE(8);
}

const isWhole = (answer: Buffer): boolean =>
  answer.length >= frameBytes && answer.length >= frameBytes + answer.readInt32BE(0);

/**
 * Whether the broker on this port can serve, which means that its metadata name at least one broker. An open port or a response to
 * ApiVersions is not enough: a node listens before the controller has registered it, and names no brokers until then.
 *
 * @param brokers how many it must name. Default: 1.
 */
export async function kafkaAnswers(port: number, brokers = 1): Promise<boolean> {
  const answer = await ask(port, metadataRequest(), isWhole);
  return answer !== undefined && (brokersIn(answer) ?? 0) >= brokers;
}
