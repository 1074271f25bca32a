import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

interface SendMessage {
  readonly Id?: string;
  readonly MessageBody?: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue: string }>>;
}
interface Request extends SendMessage {
  readonly Entries?: readonly SendMessage[];
}

export interface FakeSqs {
  readonly url: string;
  /** The `traceparent` of each message that was sent. */
  readonly traceparents: readonly (string | undefined)[];
  close(): Promise<void>;
}

const md5 = (body: string): string => createHash('md5').update(body).digest('hex');

/** A server whose responses let the AWS SDK send messages. */
export async function openFakeSqs(): Promise<FakeSqs> {
  const traceparents: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const input = JSON.parse(body) as Request;
      const sent = (input.Entries ?? [input]).filter(({ MessageBody }) => MessageBody);
      traceparents.push(
        ...sent.map(({ MessageAttributes }) => MessageAttributes?.traceparent?.StringValue),
      );
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(
        JSON.stringify({
          MessageId: 'm-2',
          MD5OfMessageBody: md5(input.MessageBody ?? ''),
          Successful: input.Entries?.map(({ Id, MessageBody = '' }) => ({
            Id,
            MessageId: Id,
            MD5OfMessageBody: md5(MessageBody),
          })),
        }),
      );
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
      return new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
    },
  };
}
