/*
 * The words of OpenTelemetry's semantic conventions for messaging, version 1.44, the last one in which backends know these
 * names: 1.45 calls `messaging.system` `messaging.system.name` and writes `kafka.offset`. They are marked "in development"
 * there, so they are written down here rather than taken from a package whose next version has others.
 */

/** Attributes of the conventions. */
export const attribute = {
  system: 'messaging.system',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destination: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  group: 'messaging.consumer.group.name',
  messageId: 'messaging.message.id',
  messageCount: 'messaging.batch.message_count',
  kafkaOffset: 'messaging.kafka.offset',
  kafkaKey: 'messaging.kafka.message.key',
  kafkaTombstone: 'messaging.kafka.message.tombstone',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  region: 'cloud.region',
  queueUrl: 'aws.sqs.queue.url',
  errorType: 'error.type',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  urlPath: 'url.path',
  urlScheme: 'url.scheme',
} as const;

/** Attributes of ours, for what the conventions have no word for. */
export const ours = {
  handler: 'throughline.handler',
  attempt: 'throughline.attempt',
  outcome: 'throughline.outcome',
  delay: 'throughline.delay_ms',
  queueTime: 'throughline.queue_time_ms',
  traceContext: 'throughline.trace_context',
} as const;

/** A fact or label of ours by its own name: `receive_count` is `throughline.receive_count`. */
export const ourName = (name: string): string => `throughline.${name}`;

/** `error.type` where nothing better is known. */
export const OTHER_ERROR = '_OTHER';

const SYSTEMS: ReadonlyMap<string, string> = new Map([['sqs', 'aws_sqs']]);

/** A messaging system by the name that the conventions have for it. */
export const systemName = (system: string): string => SYSTEMS.get(system) ?? system;
