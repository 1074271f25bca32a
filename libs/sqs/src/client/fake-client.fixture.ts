import { SQSServiceException, type SQSClient } from '@aws-sdk/client-sqs';
import { isFifo, type QueueAddress } from '../queues/queue-reference.js';
import type { QueuesParts } from '../queues/queues.js';

/** A request: the name of the command without `Command`, and its input. */
export interface Asked {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type Answer = (asked: Asked) => unknown;

/** The answer to a batch of which every entry succeeds. */
export const allDone = ({ input }: Pick<Asked, 'input'>): object => {
  const { Entries = [] } = input as { readonly Entries?: readonly { readonly Id: string }[] };
  return { Successful: Entries.map(({ Id }) => ({ Id, MessageId: `message-${Id}` })) };
};

/** The exception of the client for an answer with this code. */
export const sqsError = (name: string, httpStatusCode = 400): SQSServiceException =>
  new SQSServiceException({
    name,
    message: `${name}, says SQS`,
    $fault: httpStatusCode < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode },
  });

/** A client that records its requests and answers as the test says. An answer that throws becomes a rejection. */
export function fakeClient(answer: Answer = allDone): {
  readonly client: SQSClient;
  readonly asked: Asked[];
} {
  const asked: Asked[] = [];
  const send = async (command: { input: Asked['input'] }): Promise<unknown> => {
    const one = { name: command.constructor.name.replace(/Command$/, ''), input: command.input };
    asked.push(one);
    return Promise.resolve(answer(one));
  };
  // The code under test uses only `send`, and no function matches its dozen overloads.
  return { client: { send } as unknown as SQSClient, asked };
}

/** One client for all places. */
export const clientsOf = (client: SQSClient): QueuesParts['clients'] => ({
  at: () => Promise.resolve(client),
  isOwn: () => Promise.resolve(true),
});

/** A queue that has been found. */
export const addressOf = (client: SQSClient, name: string, url = 'url'): QueueAddress => ({
  name,
  url,
  isFifo: isFifo(name),
  client,
});

/** For tests without a tracer. */
export const suppress = <R>(call: () => R): R => call();
