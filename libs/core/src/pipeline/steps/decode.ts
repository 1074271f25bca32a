import {
  errorClassOf,
  isAwaitable,
  printable,
  readable,
  reasonOf,
  ThroughlineError,
  withFullStop,
} from '#base';
import {
  json,
  publishedBody,
  type AnyChannel,
  type Codec,
  type CodecContext,
  type InboundMessage,
  type Outcome,
} from 'throughline/transport';
import { inboundOf, setDecodedKey, setPayload, type Delivery } from '../../delivery.js';
import { Reject, RetryLater } from '../../handler-errors.js';
import { isA } from '../retry-policy.js';
import type { Step } from '../step.js';

const LONGEST_REASON = 300;
const JSON_CODEC = json();

/**
 * Creates the step that decodes the body with the channel's codec, and the key if the channel has a codec for its keys. A
 * tombstone stays `null`, and the schema decides whether it is valid. A message that cannot be decoded is not retried, because
 * decoding the same bytes would fail again.
 */
export const decode = ({ codec, keyCodec }: AnyChannel): Step =>
  codec === undefined && keyCodec === undefined
    ? decodeJson
    : { name: 'decode', enter: decodeWith(codec ?? JSON_CODEC, keyCodec) };

/** The step of channels without codecs. It is synchronous, and creates no objects. */
const decodeJson: Step = {
  name: 'decode',
  enter: (delivery) => {
    const { raw } = inboundOf(delivery);
    if (raw === null) {
      setPayload(delivery, null);
      return undefined;
    }
    try {
      setPayload(delivery, JSON_CODEC.decode(raw));
      return undefined;
    } catch (error) {
      return invalid(notJson(raw, error));
    }
  },
};

function decodeWith(codec: Codec, keyCodec: Codec | undefined): NonNullable<Step['enter']> {
  const body = decodePart(codec, 'body', bodyOf, setPayload);
  if (keyCodec === undefined) return body;
  const key = decodePart(keyCodec, 'key', keyOf, setDecodedKey);
  return (delivery) => {
    const entered = key(delivery);
    return entered instanceof Promise
      ? entered.then((failed) => failed ?? body(delivery))
      : (entered ?? body(delivery));
  };
}

/** Creates a function that decodes one part of a message and stores the result. */
function decodePart(
  codec: Codec,
  part: CodecContext['part'],
  read: (inbound: InboundMessage) => Uint8Array | null,
  store: (delivery: Delivery, value: unknown) => void,
): NonNullable<Step['enter']> {
  return (delivery) => {
    const inbound = inboundOf(delivery);
    const bytes = read(inbound);
    const decoded = (value: unknown): Outcome | undefined => {
      store(delivery, value);
      return undefined;
    };
    if (bytes === null) return decoded(null);
    const failed = (thrown: unknown): Outcome => refused(thrown, { codec, part, bytes });
    let value: unknown;
    try {
      value = codec.decode(bytes, { destination: inbound.incoming.destination, part });
    } catch (thrown) {
      return failed(thrown);
    }
    if (isAwaitable(value)) return Promise.resolve(value).then(decoded, failed);
    return decoded(value);
  };
}

const bodyOf = ({ raw, headers }: InboundMessage): Uint8Array | null =>
  raw === null ? null : publishedBody(raw, headers);

const keyOf = ({ key, rawKey }: InboundMessage): Uint8Array | null =>
  rawKey ?? (key === null ? null : Buffer.from(key));

/** Converts an error of a codec to an outcome. Throws the error again if the message itself may be valid. */
function refused(
  thrown: unknown,
  {
    codec,
    part,
    bytes,
  }: { readonly codec: Codec; readonly part: string; readonly bytes: Uint8Array },
): Outcome {
  const decides = isA(RetryLater, thrown) || isA(Reject, thrown);
  const cause = readable(thrown);
  const errorClass = errorClassOf(cause);
  if (decides || (errorClass !== undefined && errorClass !== 'refused')) throw thrown;
  if (codec === JSON_CODEC && part === 'body') return invalid(notJson(bytes, cause));
  return invalid(
    new ThroughlineError(
      'TL_BODY_UNDECODABLE',
      `The ${part} of the message (${bytes.length} bytes) cannot be decoded by the codec ${codec.name}: ` +
        withFullStop(printable(reasonOf(cause), LONGEST_REASON)),
      { cause },
    ),
  );
}

const invalid = (cause: ThroughlineError): Outcome => ({
  kind: 'deadLetter',
  reason: 'invalid',
  cause,
});

/** Returns an error that says why a body is not JSON in UTF-8. The error does not contain the body, which may be private. */
function notJson(raw: Uint8Array, error: unknown): ThroughlineError {
  const where = /position \d+/.exec(reasonOf(error))?.[0];
  const at = where === undefined ? '' : ` (at ${where})`;
  return new ThroughlineError(
    'TL_BODY_NOT_JSON',
    `The message body (${raw.length} bytes) is not JSON${at}.`,
  );
}
