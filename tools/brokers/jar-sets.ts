/** A program of the Java world: what Maven fetches, once, into one folder of the cache. */
export interface JarSet {
  readonly title: string;
  /** The folder in the cache; it names the version, so another version is another folder. */
  readonly folder: string;
  /** Roughly what is downloaded, for the progress line. */
  readonly megabytes: number;
  readonly artifacts: readonly JarArtifact[];
  /** A program inside one of the jars. Only this file is kept, and made executable. Default: the jars are what is needed. */
  readonly program?: string;
}

export interface JarArtifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
}

const kafkaVersion = '4.1.0';
const elasticMqVersion = '1.6.14';
const embeddedRedisVersion = '1.4.3';

/** Apache Kafka: the broker, the tool that formats its data folder, and a logger that writes to the console. */
export const kafkaJars: JarSet = {
  title: `Apache Kafka ${kafkaVersion}`,
  folder: `kafka-${kafkaVersion}`,
  megabytes: 54,
  artifacts: [
    { group: 'org.apache.kafka', name: 'kafka_2.13', version: kafkaVersion },
    { group: 'org.apache.kafka', name: 'kafka-tools', version: kafkaVersion },
    { group: 'org.slf4j', name: 'slf4j-simple', version: '1.7.36' },
  ],
};

/** ElasticMQ: SQS' protocol on one node. */
export const elasticMqJars: JarSet = {
  title: `ElasticMQ ${elasticMqVersion}`,
  folder: `elasticmq-${elasticMqVersion}`,
  megabytes: 37,
  artifacts: [{ group: 'org.elasticmq', name: 'elasticmq-server_2.13', version: elasticMqVersion }],
};

/** A Redis server: the one of the programs in embedded-redis that fits this machine. */
export const redisJars = (program: string): JarSet => ({
  title: 'Redis 6.2',
  folder: program,
  megabytes: 12,
  artifacts: [
    { group: 'com.github.codemonstur', name: 'embedded-redis', version: embeddedRedisVersion },
  ],
  program,
});

/** The Maven project that depends on a jar set and does nothing else. */
export function pomOf({ folder, artifacts }: JarSet): string {
  const dependencies = artifacts.map(
    ({ group, name, version }) =>
      `    <dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
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
