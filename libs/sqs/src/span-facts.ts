import type { SystemFacts } from 'throughline/tracing';

/**
 * The names with which spans show SQS, following Elastic's specification (elastic/apm MSG:129) and OpenTelemetry's messaging
 * conventions, 1.44.
 */
export const SQS_FACTS: SystemFacts = {
  label: 'SQS',
  convention: 'aws_sqs',
  attributes: { url: 'aws.sqs.queue.url' },
  cloud: { provider: 'aws', service: 'sqs' },
};
