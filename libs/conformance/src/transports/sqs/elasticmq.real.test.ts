import { SQSClient } from '@aws-sdk/client-sqs';
import { describeTransport } from '../describe-transport.js';
import {
  fifoFeatures,
  sqsSubject,
  standardFeatures,
  type LocalSqs,
} from './sqs-subject.fixture.js';

/** ElasticMQ with `sqs-limits = strict`. */
const elasticMq = { maxMessageBytes: 256 * 1_024, returnsGroupTogether: true };

function found(): Promise<LocalSqs> {
  const endpoint = process.env.TEST_SQS;
  if (endpoint === undefined || endpoint === '') {
    throw new Error('TEST_SQS is not set. Give it the URL of an ElasticMQ.');
  }
  return Promise.resolve({
    endpoint,
    requestHandler: () => new SQSClient({}).config.requestHandler,
  });
}

describeTransport('SQS on ElasticMQ', sqsSubject(standardFeatures(elasticMq), found));
describeTransport('SQS FIFO on ElasticMQ', sqsSubject(fifoFeatures(elasticMq), found));
