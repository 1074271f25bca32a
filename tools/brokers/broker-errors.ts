import { ThroughlineError } from '#base';

const inDetail = (log: string): string =>
  log === '' ? 'Its log is empty.' : `The end of its log:\n${log}`;

/** The errors of a broker's start. Each has a code, a reason and a way out. */
export const brokerErrors = {
  platform: (platform: string) =>
    new ThroughlineError(
      'TL_BROKERS_PLATFORM',
      `Brokers as child processes run on Linux and macOS, not on ${platform}. Use Docker: npm run brokers -- up.`,
    ),
  javaMissing: (found: string) =>
    new ThroughlineError(
      'TL_BROKERS_JAVA_MISSING',
      `Java 17 or newer is needed to run Kafka, ElasticMQ and the schema registry, but ${found}. Install a JDK and put java on the PATH.`,
    ),
  mavenMissing: (title: string) =>
    new ThroughlineError(
      'TL_BROKERS_MAVEN_MISSING',
      `mvn is needed once to download ${title}, but it is not on the PATH. Install Apache Maven.`,
    ),
  downloadFailed: (title: string, output: string) =>
    new ThroughlineError(
      'TL_BROKERS_DOWNLOAD_FAILED',
      `Maven could not download ${title}. Check the network and Maven's settings, then try again. ${inDetail(output)}`,
    ),
  kafkaVersion: (version: string, known: readonly string[]) =>
    new ThroughlineError(
      'TL_BROKERS_KAFKA_VERSION',
      `Kafka ${version} cannot be started here. Set KAFKA_VERSION, or the option version, to ${known.join(' or ')}.`,
    ),
  redisMissing: (reason: string) =>
    new ThroughlineError(
      'TL_BROKERS_REDIS_MISSING',
      `No Redis server: ${reason}. Install Redis 6.2 or newer.`,
    ),
  portTaken: (title: string, port: number) =>
    new ThroughlineError(
      'TL_BROKERS_PORT_TAKEN',
      `${title} cannot start: port ${port} on 127.0.0.1 is in use. Stop the process that is listening on it, or choose another port.`,
    ),
  diedAtStart: (title: string, how: string, logFile: string, log: string) =>
    new ThroughlineError(
      'TL_BROKERS_DIED_AT_START',
      `${title} exited before it was ready (${how}). The full log is in ${logFile}. ${inDetail(log)}`,
    ),
  notReady: (title: string, seconds: number, logFile: string, log: string) =>
    new ThroughlineError(
      'TL_BROKERS_NOT_READY',
      `${title} did not respond within ${seconds} s. The full log is in ${logFile}. ${inDetail(log)}`,
    ),
  formatFailed: (title: string, output: string) =>
    new ThroughlineError(
      'TL_BROKERS_FORMAT_FAILED',
      `${title} could not format its data directory. ${inDetail(output)}`,
    ),
  certificatesFailed: (output: string) =>
    new ThroughlineError(
      'TL_BROKERS_CERTIFICATES_FAILED',
      `keytool could not create the certificates. It is part of every JDK: put the one that runs Kafka on the PATH. ${inDetail(output)}`,
    ),
  dockerFailed: (command: string, output: string) =>
    new ThroughlineError('TL_BROKERS_DOCKER_FAILED', `${command} failed. ${inDetail(output)}`),
  busy: (pid: number) =>
    new ThroughlineError(
      'TL_BROKERS_BUSY',
      `Another "brokers" command is running here (pid ${pid}). Wait until it finishes.`,
    ),
  stateUnreadable: (file: string) =>
    new ThroughlineError(
      'TL_BROKERS_STATE_UNREADABLE',
      `${file} is not a valid process record. Find the process that is listening on the broker's port, stop it, and delete the file.`,
    ),
  nothingToRun: (missing: string) =>
    new ThroughlineError(
      'TL_BROKERS_NONE',
      `${missing} Start a Docker daemon, or install the missing software.`,
    ),
} as const;
