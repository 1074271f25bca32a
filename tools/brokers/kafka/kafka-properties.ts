import { host } from '../process/ports.js';

/** One node of a KRaft cluster: broker and controller in one process. */
export interface KafkaNode {
  readonly id: number;
  /** The port for clients and other brokers. */
  readonly port: number;
  /** The port for the controllers. */
  readonly controllerPort: number;
  /** Further listeners for clients. Default: none. */
  readonly listeners?: readonly KafkaListener[];
  /** Users with a SCRAM password, which are written when the data folder is formatted. Default: none. */
  readonly scramUsers?: readonly ScramUser[];
  /** The port for clients that log in (SASL/PLAIN, {@link kafkaUsers}) and have only the rights of ACLs. Default: none. */
  readonly loginPort?: number;
}

/** The users of a Kafka with an authorizer: `admin` may do everything, `app` what ACLs allow. */
export const kafkaUsers = {
  admin: { mechanism: 'plain', username: 'admin', password: 'admin-password' },
  app: { mechanism: 'plain', username: 'app', password: 'app-password' },
} as const;

/** A further listener of a node. It advertises `advertisedPort`, where a proxy may listen. */
export interface KafkaListener {
  /** Capital letters and digits, unique within the node, such as `SLOW`. */
  readonly name: string;
  readonly port: number;
  readonly advertisedPort: number;
  /** Default: plain text, without a login. */
  readonly security?: ListenerSecurity;
}

/** What a listener demands of its clients. */
export interface ListenerSecurity {
  readonly protocol: 'SASL_PLAINTEXT' | 'SASL_SSL' | 'SSL';
  /** Kafka's settings for this listener, without the prefix `listener.name.…`. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** The password of a user for one SCRAM mechanism. */
export interface ScramUser {
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly username: string;
  readonly password: string;
}

/** The replication factor of internal topics: one replica per node, three at most. */
const copiesIn = (nodes: readonly KafkaNode[]): number => Math.min(nodes.length, 3);

/**
 * The text of `server.properties` for `self`, one of `nodes`.
 *
 * @param dataFolder the folder of the log segments.
 */
export function kafkaProperties(
  self: KafkaNode,
  nodes: readonly KafkaNode[],
  dataFolder: string,
): string {
  const copies = copiesIn(nodes);
  const inSync = Math.max(1, copies - 1);
  const { listeners = [] } = self;
  const inside = listeners.map(({ name, port }) => `,${name}://${host}:${port}`).join('');
  const outside = listeners
    .map(({ name, advertisedPort }) => `,${name}://${host}:${advertisedPort}`)
    .join('');
  const protocols = listeners
    .map(({ name, security }) => `,${name}:${security?.protocol ?? 'PLAINTEXT'}`)
    .join('');
  const login = self.loginPort === undefined ? '' : `,LOGIN://${host}:${self.loginPort}`;
  const settings: Readonly<Record<string, string | number | boolean>> = {
    'process.roles': 'broker,controller',
    'node.id': self.id,
    'controller.quorum.voters': nodes
      .map((node) => `${node.id}@${host}:${node.controllerPort}`)
      .join(','),
    listeners: `PLAINTEXT://${host}:${self.port},CONTROLLER://${host}:${self.controllerPort}${inside}${login}`,
    'advertised.listeners': `PLAINTEXT://${host}:${self.port}${outside}${login}`,
    'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${protocols}${login && ',LOGIN:SASL_PLAINTEXT'}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': escaped(dataFolder),
    'auto.create.topics.enable': false,
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    'group.initial.rebalance.delay.ms': 0,
    // The default, 128 MB, is a quarter of our heap.
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    ...(login !== '' && authorizerSettings),
    ...Object.fromEntries(listeners.flatMap(securitySettings)),
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${String(value)}\n`)
    .join('');
}

/** The nodes and the readiness check use listeners without a login. */
const authorizerSettings: Readonly<Record<string, string>> = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': `User:ANONYMOUS;User:${kafkaUsers.admin.username}`,
  'sasl.enabled.mechanisms': 'PLAIN',
  'listener.name.login.plain.sasl.jaas.config': [
    'org.apache.kafka.common.security.plain.PlainLoginModule required',
    ...Object.values(kafkaUsers).map(({ username, password }) => `user_${username}="${password}"`),
  ]
    .join(' ')
    .concat(';'),
};

const securitySettings = ({ name, security }: KafkaListener): [string, string | number][] =>
  Object.entries(security?.settings ?? {}).map(([setting, value]) => [
    `listener.name.${name.toLowerCase()}.${setting}`,
    typeof value === 'string' ? escaped(value) : value,
  ]);

/** In a properties file a backslash escapes what follows. */
const escaped = (path: string): string => path.replaceAll('\\', '\\\\');
