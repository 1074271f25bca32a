import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/** What a consumer or a publisher pays for; looking a queue up is done once. */
const COUNTED =
  /^AmazonSQS\.(ReceiveMessage|DeleteMessage|DeleteMessageBatch|ChangeMessageVisibility|ChangeMessageVisibilityBatch|SendMessage|SendMessageBatch)$/;

const RECEIVE = 'AmazonSQS.ReceiveMessage';

const isRequest = (message: unknown): message is { readonly request: ClientRequest } =>
  typeof message === 'object' && message !== null && 'request' in message;

/** Which requests count, and a listener. */
export interface SqsRequestsOptions {
  readonly isMeasured: () => boolean;
  /** Called at each request for messages. */
  readonly onReceive: () => void;
}

/** Counts the requests to SQS that this process makes while it is measured, whatever client makes them. */
export class SqsRequests {
  #count = 0;

  constructor({ isMeasured, onReceive }: SqsRequestsOptions) {
    subscribe('http.client.request.start', (message) => {
      if (!isRequest(message)) return;
      const target = message.request.getHeader('x-amz-target');
      if (typeof target !== 'string' || !COUNTED.test(target)) return;
      if (isMeasured()) this.#count += 1;
      if (target === RECEIVE) onReceive();
    });
  }

  get count(): number {
    return this.#count;
  }
}
