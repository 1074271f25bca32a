import { describe, expect, it } from '@jest/globals';
import { ThroughlineError } from 'throughline';
import { isAway, isNoLongerOurs, nameOf, told } from './failures.js';

const sdkError = (name: string, more: object = {}): Error =>
  Object.assign(new Error('the message'), { name }, more);

describe('isAway', () => {
  it.each([
    ['no connection', sdkError('Error', { code: 'ECONNREFUSED' })],
    ['a connection that broke', sdkError('Error', { code: 'ECONNRESET' })],
    ['no answer in time', sdkError('TimeoutError')],
    ['no such host', sdkError('Error', { code: 'ENOTFOUND' })],
    ["a proxy's page of HTML", sdkError('SyntaxError')],
    ['a throttled request', sdkError('ThrottlingException')],
    ['a throttled request of the older protocol', sdkError('RequestThrottled')],
    ['a server error', sdkError('Whatever', { $metadata: { httpStatusCode: 503 } })],
    ['too many requests', sdkError('Whatever', { $metadata: { httpStatusCode: 429 } })],
    ['a prefixed name', sdkError('AWS.SimpleQueueService.OverLimit')],
  ])('is worth waiting for: %s', (_, error) => {
    expect(isAway(error)).toBe(true);
  });

  it.each([
    ['wrong credentials', sdkError('InvalidClientTokenId', { $metadata: { httpStatusCode: 403 } })],
    ['no queue', sdkError('QueueDoesNotExist', { $metadata: { httpStatusCode: 400 } })],
    ['no Error at all', 'away'],
  ])('is a mistake: %s', (_, error) => {
    expect(isAway(error)).toBe(false);
  });
});

describe('isNoLongerOurs', () => {
  it.each([
    ['ReceiptHandleIsInvalid', true],
    ['AWS.SimpleQueueService.MessageNotInflight', true],
    ['InvalidParameterValue', true],
    ['InternalError', false],
    [undefined, false],
  ])('of %s is %s', (code, expected) => {
    expect(isNoLongerOurs(code)).toBe(expected);
  });
});

describe('told', () => {
  it('says that SQS is away, what it was asked, and why it is believed', () => {
    const cause = sdkError('TimeoutError');

    const error = told('polling "orders"', cause);

    expect(error).toMatchObject({ code: 'TL_SQS_UNAVAILABLE', cause });
    expect(error.message).toContain('polling "orders"');
  });

  it('says what SQS refuses, and where to look', () => {
    const error = told('polling "orders"', sdkError('AccessDenied'));

    expect(error.code).toBe('TL_SQS_REFUSED');
    expect(error.message).toMatch(/AccessDenied: the message\. Check region, credentials/);
  });

  it('leaves an error of ours as it is', () => {
    const ours = new ThroughlineError('TL_SQS_QUEUE_MISSING', 'gone');

    expect(told('anything', ours)).toBe(ours);
  });
});

describe('nameOf', () => {
  it('is empty for what is no Error', () => {
    expect(nameOf('text')).toBe('');
  });
});
