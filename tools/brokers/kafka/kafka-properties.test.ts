import { describe, expect, it } from '@jest/globals';
import { type KafkaNode, kafkaProperties } from './kafka-properties.js';

const node = (id: number): KafkaNode => ({ id, port: 9_000 + id, controllerPort: 9_100 + id });

const settingsOf = (
  self: KafkaNode,
  nodes: readonly KafkaNode[],
  folder = '/data',
): Map<string, string> =>
  new Map(
    kafkaProperties(self, nodes, folder)
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [name = '', ...value] = line.split('=');
        return [name, value.join('=')] as const;
      }),
  );

describe('server.properties', () => {
  it('makes a single node broker and controller, on 127.0.0.1 only', () => {
    const settings = settingsOf(node(1), [node(1)]);

    expect(settings.get('process.roles')).toBe('broker,controller');
    expect(settings.get('controller.quorum.voters')).toBe('1@127.0.0.1:9101');
    expect(settings.get('listeners')).toBe(
      'PLAINTEXT://127.0.0.1:9001,CONTROLLER://127.0.0.1:9101',
    );
    expect(settings.get('advertised.listeners')).toBe('PLAINTEXT://127.0.0.1:9001');
  });

  it('creates no topic by itself, and lets a group start immediately', () => {
    const settings = settingsOf(node(1), [node(1)]);

    expect(settings.get('auto.create.topics.enable')).toBe('false');
    expect(settings.get('group.initial.rebalance.delay.ms')).toBe('0');
    expect(settings.get('offsets.topic.num.partitions')).toBe('4');
  });

  it('keeps one copy on a single node, three on three nodes, with two in sync', () => {
    const alone = settingsOf(node(1), [node(1)]);
    const three = settingsOf(node(2), [node(1), node(2), node(3)]);

    expect(alone.get('offsets.topic.replication.factor')).toBe('1');
    expect(alone.get('transaction.state.log.min.isr')).toBe('1');
    expect(three.get('offsets.topic.replication.factor')).toBe('3');
    expect(three.get('transaction.state.log.min.isr')).toBe('2');
    expect(alone.get('min.insync.replicas')).toBe('1');
    expect(three.get('min.insync.replicas')).toBe('2');
    expect(three.get('node.id')).toBe('2');
    expect(three.get('controller.quorum.voters')).toBe(
      '1@127.0.0.1:9101,2@127.0.0.1:9102,3@127.0.0.1:9103',
    );
  });

  it('has further listeners, each of which is advertised as clients reach it', () => {
    const proxied = { name: 'SLOW', port: 9_201, advertisedPort: 9_301 };

    const settings = settingsOf({ ...node(1), listeners: [proxied] }, [node(1)]);

    expect(settings.get('listeners')).toBe(
      'PLAINTEXT://127.0.0.1:9001,CONTROLLER://127.0.0.1:9101,SLOW://127.0.0.1:9201',
    );
    expect(settings.get('advertised.listeners')).toBe(
      'PLAINTEXT://127.0.0.1:9001,SLOW://127.0.0.1:9301',
    );
    expect(settings.get('listener.security.protocol.map')).toContain('SLOW:PLAINTEXT');
  });

  it('has listeners that demand TLS or a login, each with its own settings', () => {
    const secured = {
      name: 'MTLS',
      port: 9_201,
      advertisedPort: 9_201,
      security: {
        protocol: 'SSL',
        settings: { 'ssl.client.auth': 'required', 'ssl.keystore.location': 'a\\b' },
      },
    } as const;

    const settings = settingsOf({ ...node(1), listeners: [secured] }, [node(1)]);

    expect(settings.get('listener.security.protocol.map')).toContain('MTLS:SSL');
    expect(settings.get('listener.name.mtls.ssl.client.auth')).toBe('required');
    expect(settings.get('listener.name.mtls.ssl.keystore.location')).toBe('a\\\\b');
  });

  it('has a separate listener for logins if there is an authorizer', () => {
    const settings = settingsOf({ ...node(1), loginPort: 9_401 }, [node(1)]);
    const open = settingsOf(node(1), [node(1)]);

    expect(settings.get('listeners')).toBe(
      'PLAINTEXT://127.0.0.1:9001,CONTROLLER://127.0.0.1:9101,LOGIN://127.0.0.1:9401',
    );
    expect(settings.get('advertised.listeners')).toContain('LOGIN://127.0.0.1:9401');
    expect(settings.get('listener.security.protocol.map')).toContain('LOGIN:SASL_PLAINTEXT');
    expect(settings.get('authorizer.class.name')).toMatch(/StandardAuthorizer$/);
    expect(open.has('authorizer.class.name')).toBe(false);
  });

  it('escapes a backslash in the data folder', () => {
    expect(settingsOf(node(1), [node(1)], 'a\\b').get('log.dirs')).toBe('a\\\\b');
  });
});
