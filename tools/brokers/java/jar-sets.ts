import { type KafkaVersion } from '../kafka/kafka-version.js';

/** Artifacts that Maven downloads into one folder of the cache. */
export interface JarSet {
  readonly title: string;
  /** The folder in the cache. Its name has the version. */
  readonly folder: string;
  /** The approximate download size, for the progress line. */
  readonly megabytes: number;
  readonly artifacts: readonly JarArtifact[];
  /** A program inside one of the jars. Only this file is extracted, and made executable. Default: all jars are used. */
  readonly program?: string;
}

export interface JarArtifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
  /** The artifact is an archive that brings the libraries it needs. It is extracted. Default: a jar, with its dependencies. */
  readonly archive?: { readonly type: 'tar.gz' | 'zip'; readonly classifier: string };
}

const elasticMqVersion = '1.6.14';
const embeddedRedisVersion = '1.4.3';
const apicurioVersion = '2.6.13.Final';

/** Apache Kafka: the broker, the tool that formats its data folder, and a logger that writes to the console. */
export const kafkaJars = (version: KafkaVersion): JarSet => ({
  title: `Apache Kafka ${version}`,
  folder: `kafka-${version}`,
  megabytes: 54,
  artifacts: [
    { group: 'org.apache.kafka', name: 'kafka_2.13', version },
    { group: 'org.apache.kafka', name: 'kafka-tools', version },
    { group: 'org.slf4j', name: 'slf4j-simple', version: '1.7.36' },
  ],
});

/** ElasticMQ: SQS' protocol on one node. */
export const elasticMqJars: JarSet = {
  title: `ElasticMQ ${elasticMqVersion}`,
  folder: `elasticmq-${elasticMqVersion}`,
  megabytes: 37,
  artifacts: [{ group: 'org.elasticmq', name: 'elasticmq-server_2.13', version: elasticMqVersion }],
};

/** A Redis server: the program in embedded-redis for this platform. */
export const redisJars = (program: string): JarSet => ({
  title: 'Redis 6.2',
  folder: program,
  megabytes: 12,
  artifacts: [
    { group: 'com.github.codemonstur', name: 'embedded-redis', version: embeddedRedisVersion },
  ],
  program,
});

/** Apicurio Registry: the application with its libraries, which stores schemas in an H2 database. */
export const registryJars: JarSet = {
  title: `Apicurio Registry ${apicurioVersion}`,
  folder: `apicurio-registry-${apicurioVersion}`,
  megabytes: 146,
  artifacts: [
    {
      group: 'io.apicurio',
      name: 'apicurio-registry-app',
      version: apicurioVersion,
      archive: { type: 'tar.gz', classifier: 'all' },
    },
  ],
};

/** The jar of {@link registryJars} that starts the registry. */
export const registryRunner = `apicurio-registry-app-${apicurioVersion}-runner.jar`;

/** A Maven project that only depends on a jar set. */
export function pomOf({ folder, artifacts }: JarSet): string {
  const dependencies = artifacts.map(
    ({ group, name, version, archive }) =>
      `    <dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version>${formOf(archive)}</dependency>`,
  );
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0">',
    '  <modelVersion>4.0.0</modelVersion>',
    `  <groupId>throughline</groupId><artifactId>${folder}</artifactId><version>1</version><packaging>pom</packaging>`,
    '  <dependencies>',
    ...dependencies,
    '  </dependencies>',
    '</project>',
    '',
  ].join('\n');
}

/** An archive has its dependencies inside, so Maven downloads none of those that its project names. */
const formOf = (archive: JarArtifact['archive']): string =>
  archive === undefined
    ? ''
    : `<type>${archive.type}</type><classifier>${archive.classifier}</classifier><exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>`;
