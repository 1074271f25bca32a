import { describe, expect, it } from '@jest/globals';
import { FirstContact } from '../contact/first-contact.js';
import { readOptions, type PlatformaticOptions } from './options.js';

const brokers = ['localhost:9092'];

describe('the options of platformatic()', () => {
  it('have defaults', () => {
    expect(readOptions({ brokers })).toEqual({
      brokers,
      clientId: 'throughline',
      connectionTimeout: 3_000,
      requestTimeout: 10_000,
      sendTimeout: 10_000,
      revokeTimeout: 10_000,
      metadataMaxAge: 30_000,
      contact: expect.any(FirstContact),
    });
  });

  it.each<Partial<PlatformaticOptions>>([
    { ssl: true },
    { ssl: { ca: 'certificate' } },
    { sasl: { mechanism: 'PLAIN', username: 'app', password: 'secret' } },
    { sasl: { mechanism: 'SCRAM-SHA-512', username: 'app', password: 'secret' } },
    { sasl: { mechanism: 'OAUTHBEARER', token: 'token' } },
    { sasl: { mechanism: 'OAUTHBEARER', token: () => Promise.resolve('token') } },
    { instanceId: 'orders-1' },
  ])('accept %j', (options) => {
    expect(() => readOptions({ brokers, ...options })).not.toThrow();
  });

  it.each([
    { brokers: [] },
    { brokers: ['localhost'] },
    { sasl: { mechanism: 'plain', username: 'app', password: 'secret' } },
    { sasl: { mechanism: 'PLAIN', username: 'app' } },
    { sasl: { mechanism: 'PLAIN', username: 'app', password: 5 } },
    { sasl: { mechanism: 'OAUTHBEARER', username: 'app', password: 'secret' } },
    { sasl: { mechanism: 'OAUTHBEARER', token: '' } },
    { sasl: { mechanism: 'OAUTHBEARER', token: 'token', oauthBearerExtensions: {} } },
    { ssl: 'yes' },
    { ssl: { key: 'not a key', cert: 'not a certificate' } },
    { ssl: { pfx: Buffer.from('not a store'), passphrase: 'secret' } },
    { requestTimeout: 0 },
    { instanceId: '' },
    { brokerList: 'localhost:9092' },
  ])('refuse %j', (options) => {
    expect(() => readOptions({ brokers, ...options } as PlatformaticOptions)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^TL_OPTION_/) as unknown }),
    );
  });

  it('do not appear in the error with their secrets', () => {
    const sasl = { mechanism: 'PLAIN', username: 5, password: 'my secret' };
    let message = '';
    try {
      readOptions({ brokers, sasl } as unknown as PlatformaticOptions);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('sasl');
    expect(message).not.toContain('my secret');
  });
});
