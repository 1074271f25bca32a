import { types } from 'node:util';
import { printable, ThroughlineError, type Headers } from '#base';
import type { Outbound } from 'throughline/transport';

/** The maximum number of attributes that SQS accepts with a message. */
const MOST_HEADERS = 10;
/** The maximum size of an SQS message with attributes, in bytes. */
const LARGEST = 1_024 * 1_024;
const LONGEST_DELAY = 15 * 60 * 1_000;
const LONGEST_SHOWN = 150;
/**
 * Matches valid names of message attributes (SQS Developer Guide, "Amazon SQS message quotas": Message attributes, Message group
 * ID).
 */
const HEADER_NAME = /^(?!aws\.|amazon\.)(?!.*\.\.)[\w-][\w.-]{0,255}(?<!\.)$/i;
const ID = /^[!-~]{1,128}$/;
// eslint-disable-next-line no-control-regex -- these are the characters that SQS refuses
const REFUSED_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** The properties of a queue that determine its limits. */
interface Limited {
  readonly name: string;
  readonly isFifo: boolean;
}

/** Whether SQS accepts a message with these headers. */
export function fits(headers: Headers, body: Uint8Array | null): boolean {
  return Object.keys(headers).length <= MOST_HEADERS && sizeOf(headers, body) <= LARGEST;
}

/**
 * Checks the headers of a publish.
 *
 * @throws ThroughlineError `TL_SQS_HEADER_INVALID` for headers that SQS would refuse
 */
export function checkHeaders(headers: Headers): void {
  const names = Object.keys(headers);
  if (names.length > MOST_HEADERS)
    throw headerInvalid(`it has ${names.length} headers, but SQS accepts at most ${MOST_HEADERS}`);
  for (const name of names) {
    const shown = printable(name, LONGEST_SHOWN);
    const value = headers[name];
    if (!HEADER_NAME.test(name) || name === '__proto__')
      throw headerInvalid(`"${shown}" is not a valid attribute name`);
    if (typeof value !== 'string' && !types.isUint8Array(value))
      throw headerInvalid(`the header "${shown}" has several values, but SQS accepts only one`);
    if (value.length === 0) throw headerInvalid(`the header "${shown}" is empty`);
    if (typeof value === 'string' && (REFUSED_CHARACTER.test(value) || !value.isWellFormed()))
      throw headerInvalid(`the header "${shown}" contains characters that SQS does not accept`);
  }
}

/** @throws ThroughlineError `TL_SQS_MESSAGE_TOO_LARGE` */
export function checkSize({ name }: Limited, headers: Headers, body: Uint8Array | null): void {
  const bytes = sizeOf(headers, body);
  if (bytes <= LARGEST) return;
  throw new ThroughlineError(
    'TL_SQS_MESSAGE_TOO_LARGE',
    `A message to "${name}" is ${bytes} bytes with its attributes, but SQS accepts at most ${LARGEST}. Send less data, or store the payload ` +
      'elsewhere and send a reference.',
  );
}

/**
 * Returns the message group of a published message. A standard queue ignores the group.
 *
 * @throws ThroughlineError `TL_SQS_GROUP_MISSING`, `TL_SQS_GROUP_INVALID`
 */
export function groupOf(queue: Limited, { key }: Pick<Outbound, 'key'>): string | null {
  if (!queue.isFifo) return null;
  if (key === null) throw groupMissing(queue);
  return checkedId(queue, 'group (its key)', key);
}

export const groupMissing = ({ name }: Limited): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_GROUP_MISSING',
    `A message to the FIFO queue "${name}" needs a message group. Define a key for the channel: queue('${name}', { schema, key }).`,
  );

/** @throws ThroughlineError `TL_SQS_GROUP_INVALID` */
export function deduplicationIdOf(
  queue: Limited,
  deduplicationId: string | undefined,
): string | undefined {
  if (!queue.isFifo || deduplicationId === undefined) return undefined;
  return checkedId(queue, 'deduplication id', deduplicationId);
}

/** @throws ThroughlineError `TL_SQS_DELAY_INVALID` */
export function checkDelay({ isFifo }: Limited, delay: number | undefined): void {
  if (delay === undefined) return;
  if (!(delay >= 0)) throw delayInvalid('a delay must be a number of milliseconds, zero or more');
  if (delay > LONGEST_DELAY) throw delayInvalid('SQS delays a message by at most 15 minutes');
  if (isFifo) throw delayInvalid('a FIFO queue cannot delay single messages');
}

function checkedId({ name }: Limited, what: string, given: string | Uint8Array): string {
  const id = Buffer.from(given).toString();
  if (ID.test(id)) return id;
  throw new ThroughlineError(
    'TL_SQS_GROUP_INVALID',
    `A message to "${name}" has an invalid ${what}, "${printable(id, LONGEST_SHOWN)}". SQS accepts 1 to 128 ASCII letters, digits ` +
      'and punctuation characters, without spaces.',
  );
}

/** Returns the size of a message. AWS counts the name, type and value of each attribute in addition to the body. */
function sizeOf(headers: Headers, body: Uint8Array | null): number {
  return Object.entries(headers).reduce((sum, [name, value]) => {
    const type = typeof value === 'string' ? 'String' : 'Binary';
    const values = typeof value === 'string' || types.isUint8Array(value) ? [value] : value;
    const bytes = values.reduce((total, one) => total + Buffer.from(one).length, 0);
    return sum + name.length + type.length + bytes;
  }, body?.length ?? 0);
}

const headerInvalid = (what: string): ThroughlineError =>
  new ThroughlineError('TL_SQS_HEADER_INVALID', `The message cannot be sent to SQS: ${what}.`);

const delayInvalid = (why: string): ThroughlineError =>
  new ThroughlineError('TL_SQS_DELAY_INVALID', `The delay of the message is invalid: ${why}.`);
