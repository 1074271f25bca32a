import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';

import { securedUsers, startSecuredKafka, type SecuredKafka } from '#brokers';
import { openKafkaJs, openPlatformatic } from './clients.fixture.js';
import { Output } from './output.fixture.js';
import { describeSecuredKafka } from './secured.suite.js';
import { describeSessions } from './sessions.suite.js';
import { tokenSecret } from './tokens.fixture.js';

jest.setTimeout(300_000);

const output = new Output();
Logger.overrideLogger(output);

let kafka: SecuredKafka | undefined;

const secured = (): SecuredKafka => {
  if (kafka === undefined) throw new Error('The secured Kafka did not start.');
  return kafka;
};

beforeAll(async () => {
  kafka = await startSecuredKafka();
});

afterAll(async () => {
  await kafka?.broker.stop();
});

describe.each([
  ['kafkajs', openKafkaJs],
  ['platformatic', openPlatformatic],
] as const)('the driver %s with a secured Kafka', (_, open) => {
  const framework = { describe, it, beforeAll, afterAll };
  describeSecuredKafka(framework, open, secured, output);
  describeSessions(framework, open, secured, output);
});

describe('what both drivers have put out', () => {
  it('contains no password, no token and no private key', () => {
    const { passphrase, pfx } = secured().certificates.client;
    const secrets = [
      ...Object.values(securedUsers).map(({ password }) => password),
      'not-the-password',
      'another-password',
      tokenSecret,
      passphrase,
      pfx.toString('base64').slice(0, 60),
    ];

    const found = secrets.flatMap((secret) => output.with(secret));

    expect(output.size).toBeGreaterThan(50);
    expect(found).toEqual([]);
  });
});
