import { describe, expect, it } from '@jest/globals';

import { kafkaJs } from './kafkajs.js';

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
});
