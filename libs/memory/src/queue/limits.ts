import { types } from 'node:util';
import { printable, ThroughlineError, type Headers } from '#base';
import type { Outbound } from 'throughline/transport';

/** SQS takes no more than ten attributes with a message. */
const MOST_HEADERS = 10;
/** SQS' limit of a message, attributes included, in bytes. */
const LARGEST = 1_024 * 1_024;
const LONGEST_DELAY = 15 * 60 * 1_000;
const LONGEST_SHOWN = 150;
/** SQS Developer Guide, "Amazon SQS message quotas": Message attributes, Message group ID. */
const HEADER_NAME = /^(?!aws\.|amazon\.)(?!.*\.\.)[\w-][\w.-]{0,255}(?<!\.)$/i;
const ID = /^[!-~]{1,128}$/;
// eslint-disable-next-line no-control-regex -- these are the characters that SQS refuses
const REFUSED_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** The part of a queue that decides what it takes. */
interface Limited {
  readonly name: string;
  readonly isFifo: boolean;
}

/** Whether SQS has room for a message with these headers. */
export function fits(headers: Headers, body: Uint8Array | null): boolean {
  return Object.keys(headers).length <= MOST_HEADERS && sizeOf(headers, body) <= LARGEST;
}

/**
 * Checks the headers that a user gives to a publish.
 *
 * @throws ThroughlineError `TL_SQS_HEADER_INVALID` for what SQS would refuse
 */
export function checkHeaders(headers: Headers): void {
  const names = Object.keys(headers);
  if (names.length > MOST_HEADERS)
    throw headerInvalid(`there are ${names.length} headers, and SQS takes ${MOST_HEADERS}`);
  for (const name of names) {
    const shown = printable(name, LONGEST_SHOWN);
    const value = headers[name];
    if (!HEADER_NAME.test(name) || name === '__proto__')
      throw headerInvalid(`"${shown}" is not a name of an attribute`);
    if (typeof value !== 'string' && !types.isUint8Array(value))
      throw headerInvalid(`the header "${shown}" has several values, and SQS takes one`);
    if (value.length === 0) throw headerInvalid(`the header "${shown}" is empty`);
    if (typeof value === 'string' && (REFUSED_CHARACTER.test(value) || !value.isWellFormed()))
      throw headerInvalid(`the header "${shown}" has characters that SQS refuses`);
  }
}

/** @throws ThroughlineError `TL_SQS_MESSAGE_TOO_LARGE` */
export function checkSize({ name }: Limited, headers: Headers, body: Uint8Array | null): void {
  const bytes = sizeOf(headers, body);
  if (bytes <= LARGEST) return;
  throw new ThroughlineError(
    'TL_SQS_MESSAGE_TOO_LARGE',
    `A message to "${name}" has ${bytes} bytes with its attributes, and SQS takes ${LARGEST}. Send less, or a reference to what ` +
      'is stored elsewhere.',
  );
}

/**
 * The message group of a published message; a standard queue ignores it.
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
    `"${name}" is a FIFO queue, and a message for it needs a group. Give its channel a key: queue('${name}', { schema, key }).`,
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
  if (!(delay >= 0)) throw delayInvalid('a delay is a time from now on');
  if (delay > LONGEST_DELAY) throw delayInvalid('SQS delays a message by 15 min at most');
  if (isFifo) throw delayInvalid('a FIFO queue has no delay for a single message');
}

function checkedId({ name }: Limited, what: string, id: string): string {
  if (ID.test(id)) return id;
  throw new ThroughlineError(
    'TL_SQS_GROUP_INVALID',
    `A message to "${name}" has a ${what} that SQS refuses, "${printable(id, LONGEST_SHOWN)}": it takes 1 to 128 letters, digits ` +
      'and punctuation of ASCII, and no spaces.',
  );
}

/** AWS counts the name, the type and the value of an attribute as well as the body. */
function sizeOf(headers: Headers, body: Uint8Array | null): number {
  return Object.entries(headers).reduce((sum, [name, value]) => {
    const type = typeof value === 'string' ? 'String' : 'Binary';
    const values = typeof value === 'string' || types.isUint8Array(value) ? [value] : value;
    const bytes = values.reduce((total, one) => total + Buffer.from(one).length, 0);
    return sum + name.length + type.length + bytes;
  }, body?.length ?? 0);
}

const headerInvalid = (what: string): ThroughlineError =>
  new ThroughlineError('TL_SQS_HEADER_INVALID', `The message cannot go to SQS: ${what}.`);

const delayInvalid = (why: string): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_DELAY_INVALID',
    `The message cannot be sent with this delay: ${why}.`,
  );
