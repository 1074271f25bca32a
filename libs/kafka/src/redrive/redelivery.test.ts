import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { headersFrom, NO_HEADERS } from '#base';
import { type StoredDeadLetter, type RedrivePlan } from 'throughline/transport';
import { memory, type MemoryDriver } from '../drivers/index.js';
import { KafkaFixture } from '../kafka.fixture.js';

/** The largest record that the broker accepts. Random bytes cannot be compressed. */
const MIB = 1_024 * 1_024;

const deadLetter = (some: Partial<StoredDeadLetter> = {}): StoredDeadLetter => ({
  id: 'message-1',
  key: 'not the bytes',
  rawKey: Buffer.from([0, 255]),
  headers: headersFrom([
    ['__proto__', Buffer.from('sent')],
    ['dead-letter', Buffer.from('{}')],
  ]),
  raw: Buffer.from([0x22, 0xff]),
  ...some,
});

describe('dead letters that another broker stores', () => {
  let driver: MemoryDriver;
  beforeEach(() => {
    driver = memory();
  });
  afterEach(() => driver.close());

  const deliver = async (
    fixture: KafkaFixture,
    deadLetters: readonly StoredDeadLetter[],
    to: RedrivePlan['to'] = 'handler',
  ): Promise<readonly PromiseSettledResult<unknown>[]> => {
    const { handler } = fixture;
    const { signal } = new AbortController();
    const redelivery = await fixture.connection().redelivery({ handler, to, isDry: false, signal });
    return redelivery.deliver(deadLetters);
  };

  it('are written byte for byte to the topic that only their group reads', async () => {
    const fixture = await KafkaFixture.open(driver);

    await deliver(fixture, [deadLetter()]);

    const [back] = await fixture.read(fixture.retries);
    expect(back?.key).toEqual(Buffer.from([0, 255]));
    expect(back?.value).toEqual(Buffer.from([0x22, 0xff]));
    expect(Object.entries(back?.headers ?? {})).toEqual(Object.entries(deadLetter().headers));
  });

  it('are written to the topic itself if asked to', async () => {
    const fixture = await KafkaFixture.open(driver);

    await deliver(fixture, [deadLetter({ raw: null })], 'source');

    expect((await fixture.read(fixture.topic)).map(({ value }) => value)).toEqual([null]);
  });

  it('lose their cause header if it makes them too large for their topic', async () => {
    const fixture = await KafkaFixture.open(driver);
    const cause = randomBytes(3_000);
    const large = deadLetter({
      raw: randomBytes(MIB - 2_000),
      headers: headersFrom([['dead-letter', cause]]),
    });

    const answers = await deliver(fixture, [large]);

    expect(answers.map(({ status }) => status)).toEqual(['fulfilled']);
    expect((await fixture.read(fixture.retries)).map(({ headers }) => headers)).toEqual([{}]);
  });

  it('are refused one by one: only the one that is too large', async () => {
    const fixture = await KafkaFixture.open(driver);
    const large = deadLetter({ raw: randomBytes(MIB + 1), headers: NO_HEADERS });

    const answers = await deliver(fixture, [large, deadLetter()]);

    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(answers[0]).toMatchObject({ reason: { errorClass: 'refused' } });
  });
});
