/*
 * The names of OpenTelemetry's semantic conventions for messaging, version 1.44, the last one whose names backends know: 1.45 calls
 * `messaging.system` `messaging.system.name`. They are marked "in development", so they are written down here rather than taken
 * from a package whose next version has others. Names for one messaging system only come from its transport (`SystemFacts`).
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

/** The names of Throughline's own attributes, for which the conventions have no name. */
export const ours = {
  handler: 'throughline.handler',
  attempt: 'throughline.attempt',
  outcome: 'throughline.outcome',
  delay: 'throughline.delay_ms',
  messageAge: 'throughline.message_age_ms',
  traceContext: 'throughline.trace_context',
} as const;

/** Returns the attribute for one of Throughline's facts or labels: `receive_count` becomes `throughline.receive_count`. */
export const ourName = (name: string): string => `throughline.${name}`;

/** The `error.type` to use if nothing more specific is known. */
export const OTHER_ERROR = '_OTHER';
