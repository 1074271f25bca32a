import { describe, expect, it } from '@jest/globals';

import { loadKafkaJs } from './load.js';

describe('loading kafkajs', () => {
  it('says what to install if it is missing', () => {
    const missing = (): never => {
      throw new Error("Cannot find module 'kafkajs'");
    };

    const loading = (): unknown => loadKafkaJs(missing);

    expect(loading).toThrow(
      expect.objectContaining({
        code: 'TL_KAFKA_CLIENT_MISSING',
        message: expect.stringContaining('npm install kafkajs@2.2.4'),
      }),
    );
  });
});
