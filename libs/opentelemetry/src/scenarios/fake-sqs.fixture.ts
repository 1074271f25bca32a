import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

interface Message {
  readonly Id?: string;
  readonly MessageBody: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue: string }>>;
}

/** The input of a request. A send has a body, a batch of sends has entries, and a receive has neither. */
type Input = Partial<Message> & { readonly Entries?: readonly Message[] };

export interface FakeSqs {
  readonly url: string;
  /** The `traceparent` of each message that was sent. */
  readonly traceparents: readonly (string | undefined)[];
  close(): Promise<void>;
}

const md5 = (body: string): string => createHash('md5').update(body).digest('hex');

const receiptFor = ({ Id, MessageBody }: Message): object => ({
  Id,
  MessageId: 'm-2',
  MD5OfMessageBody: md5(MessageBody),
});

const messagesIn = ({ Entries, MessageBody, ...rest }: Input): readonly Message[] =>
  Entries ?? (MessageBody === undefined ? [] : [{ ...rest, MessageBody }]);

/** A server whose responses let the AWS SDK send messages. */
export async function openFakeSqs(): Promise<FakeSqs> {
  const traceparents: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const input = JSON.parse(body) as Input;
      const messages = messagesIn(input);
      traceparents.push(
        ...messages.map(({ MessageAttributes }) => MessageAttributes?.traceparent?.StringValue),
      );
      const receipts = messages.map(receiptFor);
      const answer =
        input.Entries === undefined ? receipts[0] : { Successful: receipts, Failed: [] };
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    traceparents,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
