import { type Broker } from '../broker.js';
import {
  type BrokerCertificate,
  type Certificates,
  createCertificates,
} from '../java/certificates.js';
import { startChildBroker } from '../process/child-broker.js';
import { dataFolderOf } from '../process/data-folder.js';
import { freePorts, host } from '../process/ports.js';
import { kafkaNodeRecipe } from './kafka-node.js';
import { type KafkaNode, kafkaUsers, type ListenerSecurity } from './kafka-properties.js';
import { type KafkaVersionOptions } from './kafka-version.js';

/**
 * The listeners of a secured Kafka, by what they demand:
 *
 * - `login`: a login (SASL_PLAINTEXT) by PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER
 * - `tlsLogin`: TLS and a login by PLAIN (SASL_SSL)
 * - `tls`: TLS
 * - `mutualTls`: TLS with a client certificate of the authority
 * - `expired`, `otherName`: TLS, with a certificate that clients must refuse
 */
export type SecuredListener = keyof ReturnType<typeof securityOf>;

/** A Kafka whose listeners demand what those of production do. `broker.address` demands nothing, and is for tests' own requests. */
export interface SecuredKafka {
  readonly broker: Broker;
  readonly addresses: Readonly<Record<SecuredListener, string>>;
  readonly certificates: Certificates;
}

/** The users of the listener `login`: `app` by each mechanism with a password. OAUTHBEARER takes any unsecured token. */
export const securedUsers = {
  PLAIN: { username: kafkaUsers.app.username, password: kafkaUsers.app.password },
  'SCRAM-SHA-256': { username: 'app', password: 'scram-256-password' },
  'SCRAM-SHA-512': { username: 'app', password: 'scram-512-password' },
} as const;

/** How long a login by SCRAM-SHA-256 or OAUTHBEARER is valid, in milliseconds. The others are valid as long as the connection. */
export const sessionMilliseconds = 3_000;

/**
 * Starts Apache Kafka with listeners that demand TLS and logins, and creates its certificates.
 *
 * @throws as `startKafka`, and TL_BROKERS_CERTIFICATES_FAILED
 * @example
 * const { addresses, certificates, broker } = await startSecuredKafka();
 * const driver = kafkaJs({ brokers: [addresses.tls], ssl: { ca: certificates.authority.pem } });
 * await broker.stop();
 */
export async function startSecuredKafka(options: KafkaVersionOptions = {}): Promise<SecuredKafka> {
  const { dataDir, removed } = await dataFolderOf('kafka', {});
  const certificates = await createCertificates(dataDir);
  const security = securityOf(certificates);
  const names = Object.keys(security);
  const [port = 0, controllerPort = 0, ...ports] = await freePorts(names.length + 2);
  const listeners = Object.entries(security).map(([name, one], index) => ({
    name: name.toUpperCase(),
    port: ports[index] ?? 0,
    advertisedPort: ports[index] ?? 0,
    security: one,
  }));
  const scramUsers = (['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map((mechanism) => ({
    mechanism,
    ...securedUsers[mechanism],
  }));
  const self: KafkaNode = { id: 1, port, controllerPort, listeners, scramUsers };
  const recipe = await kafkaNodeRecipe(self, [self], dataDir, options);
  const broker = await startChildBroker(recipe, removed);
  const addressOf = (name: SecuredListener): string => `${host}:${ports[names.indexOf(name)] ?? 0}`;
  return {
    broker,
    certificates,
    addresses: {
      login: addressOf('login'),
      tlsLogin: addressOf('tlsLogin'),
      tls: addressOf('tls'),
      mutualTls: addressOf('mutualTls'),
      expired: addressOf('expired'),
      otherName: addressOf('otherName'),
    },
  };
}

const securityOf = (certificates: Certificates) =>
  ({
    login: { protocol: 'SASL_PLAINTEXT', settings: loginSettings },
    tlsLogin: {
      protocol: 'SASL_SSL',
      settings: { ...tlsSettings(certificates, 'valid'), ...plainSettings, ...onlyPlain },
    },
    tls: { protocol: 'SSL', settings: tlsSettings(certificates, 'valid') },
    mutualTls: {
      protocol: 'SSL',
      settings: {
        ...tlsSettings(certificates, 'valid'),
        'ssl.client.auth': 'required',
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': certificates.authority.file,
      },
    },
    expired: { protocol: 'SSL', settings: tlsSettings(certificates, 'expired') },
    otherName: { protocol: 'SSL', settings: tlsSettings(certificates, 'otherName') },
  }) as const satisfies Record<string, ListenerSecurity>;

function tlsSettings(
  { keyStores, password }: Certificates,
  certificate: BrokerCertificate,
): ListenerSecurity['settings'] {
  return {
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': keyStores[certificate],
    'ssl.keystore.password': password,
    'ssl.key.password': password,
  };
}

const kafkaSecurity = 'org.apache.kafka.common.security';

const plainSettings = {
  'plain.sasl.jaas.config': `${kafkaSecurity}.plain.PlainLoginModule required user_${securedUsers.PLAIN.username}="${securedUsers.PLAIN.password}";`,
};

const onlyPlain = { 'sasl.enabled.mechanisms': 'PLAIN' };

const loginSettings = {
  'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
  ...plainSettings,
  'scram-sha-256.sasl.jaas.config': `${kafkaSecurity}.scram.ScramLoginModule required;`,
  'scram-sha-256.connections.max.reauth.ms': sessionMilliseconds,
  'scram-sha-512.sasl.jaas.config': `${kafkaSecurity}.scram.ScramLoginModule required;`,
  // Without a validator of its own, a broker accepts unsecured tokens ("alg": "none") and checks their times.
  'oauthbearer.sasl.jaas.config': `${kafkaSecurity}.oauthbearer.OAuthBearerLoginModule required;`,
  'oauthbearer.connections.max.reauth.ms': sessionMilliseconds,
};
