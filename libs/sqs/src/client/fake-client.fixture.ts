import { SQSServiceException, type SQSClient } from '@aws-sdk/client-sqs';

/** What was asked: the command's name without its ending, and its input. */
export interface Asked {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type Answer = (asked: Asked) => unknown;

/** All entries of a batch are done. */
export const allDone = ({ input }: Pick<Asked, 'input'>): object => {
  const { Entries = [] } = input as { readonly Entries?: readonly { readonly Id: string }[] };
  return { Successful: Entries.map(({ Id }) => ({ Id, MessageId: `message-${Id}` })) };
};

/** What the client throws where SQS has answered with this code. */
export const sqsError = (name: string, httpStatusCode = 400): SQSServiceException =>
  new SQSServiceException({
    name,
    message: `${name}, says SQS`,
    $fault: httpStatusCode < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode },
  });

/** A client that remembers what it was asked and answers as the test says; a `throw` in the answer is the SDK's rejection. */
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
  // `send` is all of the client that this room uses, and its dozen overloads fit no function of one's own.
  return { client: { send } as unknown as SQSClient, asked };
}

/** No tracer is at hand. */
export const suppress = <R>(call: () => R): R => call();
