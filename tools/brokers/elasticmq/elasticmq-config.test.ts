import { describe, expect, it } from '@jest/globals';
import { elasticMqConfig } from './elasticmq-config.js';

describe('the configuration of ElasticMQ', () => {
  it('has the limits of SQS, and queue URLs with the real host and port', () => {
    const config = elasticMqConfig(4_321, '/folder', 'disk');

    expect(config).toContain('sqs-limits = strict');
    expect(config).toMatch(/node-address \{[^}]*host = "127\.0\.0\.1", port = 4321/);
    expect(config).toMatch(/rest-sqs \{[^}]*bind-port = 4321/);
  });

  it('writes an acknowledged message at once, or not at all', () => {
    const disk = elasticMqConfig(4_321, '/folder', 'disk');
    const memory = elasticMqConfig(4_321, '/folder', 'memory');

    expect(disk).toContain('enabled = true, uri = "jdbc:h2:/folder/data/messages;WRITE_DELAY=0"');
    expect(memory).toMatch(/messages-storage \{ enabled = false/);
  });

  it('quotes a folder that has a quote in its name', () => {
    expect(elasticMqConfig(4_321, '/a"b', 'disk')).toContain('jdbc:h2:/a\\"b/data/messages');
  });
});
