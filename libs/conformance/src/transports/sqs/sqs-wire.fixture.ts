const JSON_PROTOCOL = 'application/x-amz-json-1.0';

/** An attribute in SQS' JSON protocol. Bytes are base64. */
export interface WireAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** A message in SQS' JSON protocol. */
export interface WireMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MessageAttributes?: Readonly<Record<string, WireAttribute>>;
  readonly Attributes?: { readonly MessageGroupId?: string };
}

/** The parts of SQS' responses that are used here. */
interface SqsResponse {
  readonly QueueUrl?: string;
  readonly Messages?: readonly WireMessage[];
  readonly Attributes?: Readonly<Record<string, string>>;
}

/** Calls a local SQS over its JSON protocol, without the transport under test and without its client. */
export async function callSqs(
  endpoint: string,
  action: string,
  input: object,
): Promise<SqsResponse> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': JSON_PROTOCOL,
      'x-amz-target': `AmazonSQS.${action}`,
      // Local servers parse the signature and do not check it.
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action}: ${response.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as SqsResponse);
}
