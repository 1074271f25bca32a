import { describe, expect, it } from '@jest/globals';

import { kafkaJs } from './kafkajs.js';
import type { KafkaJsOptions } from './options.js';

const brokers = { brokers: ['localhost:9092'] };

describe('the options of kafkaJs()', () => {
  it('take the address for spans from the first broker', () => {
    const driver = kafkaJs({ brokers: ['kafka-1:9092', 'kafka-2:9093'] });

    expect(driver.address).toEqual({ host: 'kafka-1', port: 9092 });
  });

  it.each([
    ['no broker', { brokers: [] }],
    ['a broker without a port', { brokers: ['localhost'] }],
    ['a URL', { brokers: ['kafka://localhost:9092'] }],
    ['an invalid port', { brokers: ['localhost:70000'] }],
    ['an IPv6 address, which kafkajs cannot read', { brokers: ['[::1]:9092'] }],
    ['a time of zero', { brokers: ['localhost:9092'], sendTimeout: 0 }],
  ])('are refused at once: %s', (_, options) => {
    expect(() => kafkaJs(options)).toThrow(expect.objectContaining({ code: 'TL_OPTION_INVALID' }));
  });

  it.each([
    { mechanism: 'plain', username: 'app', password: 'secret' },
    { mechanism: 'SCRAM-SHA-512', username: 'app', password: 'secret' },
    { mechanism: 'oauthbearer', oauthBearerProvider: () => Promise.resolve({ value: 'token' }) },
    { mechanism: 'aws', authorizationIdentity: 'a', accessKeyId: 'b', secretAccessKey: 'c' },
  ])('accept a login as kafkajs spells it: %j', (sasl) => {
    expect(() => kafkaJs({ ...brokers, sasl } as KafkaJsOptions)).not.toThrow();
  });

  it.each([
    { sasl: { mechanism: 'plain', username: 'app' } },
    { sasl: { mechanism: 'plain', username: 'app', password: '' } },
    { sasl: { mechanism: 'kerberos', username: 'app', password: 'secret' } },
    { sasl: { username: 'app', password: 'secret' } },
    { sasl: { mechanism: 'oauthbearer', token: 'token' } },
    { sasl: { mechanism: 'oauthbearer', oauthBearerProvider: 'token' } },
    { ssl: 'yes' },
    { ssl: { key: 'not a key', cert: 'not a certificate' } },
  ])('refuse %j', (options) => {
    expect(() => kafkaJs({ ...brokers, ...options } as unknown as KafkaJsOptions)).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^TL_OPTION_/) as unknown,
        message: expect.not.stringMatching(/secret|not a key/) as unknown,
      }),
    );
  });
});
