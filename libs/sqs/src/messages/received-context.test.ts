import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { receivedContext } from './received-context.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const enveloped = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';
const AWSTraceHeader = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

const envelope = (attributes: object): string =>
  JSON.stringify({
    Type: 'Notification',
    TopicArn: 'arn:aws:sns:eu-central-1:123456789012:orders',
    Message: '{}',
    MessageAttributes: attributes,
  });
const Body = envelope({ traceparent: { Type: 'String', Value: enveloped } });

describe('the trace context of a received message', () => {
  it('is the one in its attributes, whatever else it carries', () => {
    const message = { Body, Attributes: { AWSTraceHeader } };

    expect(receivedContext({ traceparent }, message)).toMatchObject({ traceparent });
  });

  it('is the one in the SNS envelope, if its attributes have none', () => {
    expect(receivedContext({}, { Body, Attributes: { AWSTraceHeader } })).toMatchObject({
      traceparent: enveloped,
    });
  });

  it('is the one in AWSTraceHeader, if there is no other', () => {
    expect(receivedContext({}, { Body: '{}', Attributes: { AWSTraceHeader } })).toEqual({
      traceparent: '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01',
    });
  });

  it('is absent if there is none, and names a header that cannot be read', () => {
    expect(receivedContext({}, { Body: '{"TopicArn": ' })).toEqual({});
    expect(receivedContext({ traceparent: 'x' }, { Body: '{}' })).toEqual({
      malformed: 'traceparent "x"',
    });
  });

  it('is read without an exception, whatever the envelope holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (attributes) => {
        const body = JSON.stringify({ TopicArn: 'arn', MessageAttributes: attributes });
        expect(receivedContext({}, { Body: body }).traceparent).toBeUndefined();
      }),
    );
  });
});
