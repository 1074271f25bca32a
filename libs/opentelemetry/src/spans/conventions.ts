/*
 * Names from OpenTelemetry's semantic conventions for messaging, version 1.44. This is the last version whose names backends
 * know: 1.45 renames `messaging.system` to `messaging.system.name`. The names are "in development", so a package would change
 * them with its next version. They are therefore listed here. Names for one messaging system come from its transport
 * (`SystemFacts`).
 */

/** The names of the attributes that the conventions define. */
export const attribute = {
  system: 'messaging.system',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destination: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  group: 'messaging.consumer.group.name',
  messageId: 'messaging.message.id',
  messageCount: 'messaging.batch.message_count',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  region: 'cloud.region',
  errorType: 'error.type',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  urlPath: 'url.path',
  urlScheme: 'url.scheme',
} as const;

/** The names of Throughline's own attributes. The conventions have no names for these. */
export const ours = {
  handler: 'throughline.handler',
  attempt: 'throughline.attempt',
  outcome: 'throughline.outcome',
  delay: 'throughline.delay_ms',
  messageAge: 'throughline.message_age_ms',
  traceContext: 'throughline.trace_context',
} as const;

/**
 * Returns the attribute for one of Throughline's facts or labels. For example, `receive_count` becomes
 * `throughline.receive_count`.
 */
export const ourName = (name: string): string => `throughline.${name}`;

/** The `error.type` to use if nothing more specific is known. */
export const OTHER_ERROR = '_OTHER';
