const JSON_PROTOCOL = 'application/x-amz-json-1.0';

/** An attribute as SQS' JSON protocol has it: bytes in base64. */
export interface WireAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** A message as SQS' JSON protocol has it. */
export interface WireMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MessageAttributes?: Readonly<Record<string, WireAttribute>>;
  readonly Attributes?: { readonly MessageGroupId?: string };
}

/** What the actions that are used here answer. */
interface Answer {
  readonly QueueUrl?: string;
  readonly Messages?: readonly WireMessage[];
  readonly Attributes?: Readonly<Record<string, string>>;
}

/** Asks a local SQS over its JSON protocol: neither the transport under test nor its client has a hand in what is seen. */
export async function ask(endpoint: string, action: string, input: object): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': JSON_PROTOCOL,
      'x-amz-target': `AmazonSQS.${action}`,
      // Local servers look at the form of a signature, and do not check it.
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action}: ${response.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Answer);
}
