import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { limitsOf } from './limits.js';
import { Receipts } from './receipts.js';
import { readAnswer, refusalsOf, type Refusal } from './refusal.js';
import type { LimitViolation } from './violation.js';

/** The part of the AWS SDK's request handlers that a client needs. */
// An alias and no interface: only that fits the SDK's own type, which has a `Record` among its choices.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type SdkRequestHandler = {
  readonly metadata?: { readonly handlerProtocol: string };
  handle(
    request: { readonly headers: Readonly<Record<string, string>>; readonly body?: unknown },
    options?: object,
  ): Promise<{ readonly response: { readonly statusCode: number; body?: unknown } }>;
  destroy?(): void;
};

/** What is told of the requests that went by. */
export interface AwsLimitsWatch {
  /** What AWS would have refused, in the order of the requests. */
  readonly violations: readonly LimitViolation[];
  /** What the server that was asked did refuse. */
  readonly refusals: readonly Refusal[];
  /** How many requests of each operation went by. */
  readonly requests: ReadonlyMap<string, number>;
  /**
   * Wraps a request handler of the AWS SDK: each request is looked at, and handed on as it is, whatever is found.
   *
   * @param handler the real one. Each client needs one of its own, since it ends it together with itself.
   */
  around(handler: SdkRequestHandler): SdkRequestHandler;
}

const operationOf = (target = ''): string => target.slice(target.indexOf('.') + 1);

/** The SDK's own bytes warn on the console whoever calls them a string. */
const textOf = (body: unknown): string =>
  body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);

/** The receipts that a request gives back; that SQS did not take them is no matter here. */
const givenBack = (input: unknown): readonly string[] => {
  const { ReceiptHandle, Entries = [] } = input as {
    readonly ReceiptHandle?: string;
    readonly Entries?: readonly { readonly ReceiptHandle?: string }[];
  };
  return [ReceiptHandle, ...Entries.map((entry) => entry.ReceiptHandle)].filter(
    (handle) => handle !== undefined,
  );
};

/**
 * Holds every call of an SQS client to the limits that AWS documents. Local servers allow more, each in its own way, so that a
 * mistake would show in production first.
 *
 * @param options `now`: the clock, in milliseconds, by which messages may be hidden for 12 hours. Default: `Date.now`.
 * @example
 * const limits = watchAwsLimits();
 * const { requestHandler } = new SQSClient({}).config;
 * const transport = sqs({ client: { ...client, requestHandler: limits.around(requestHandler) } });
 * // … and when all is done:
 * expect(limits.violations).toEqual([]);
 */
export function watchAwsLimits({
  now = () => Date.now(),
}: { readonly now?: () => number } = {}): AwsLimitsWatch {
  const receipts = new Receipts(now);
  const limits = limitsOf(receipts);
  const violations: LimitViolation[] = [];
  const refusals: Refusal[] = [];
  const requests = new Map<string, number>();

  const around = (handler: SdkRequestHandler): SdkRequestHandler => ({
    ...(handler.metadata && { metadata: handler.metadata }),
    destroy: () => handler.destroy?.(),
    handle: async (request, options) => {
      const askedAt = now();
      const operation = operationOf(request.headers['x-amz-target']);
      const input: unknown = JSON.parse(textOf(request.body));
      requests.set(operation, (requests.get(operation) ?? 0) + 1);
      violations.push(...limits(operation, input));
      if (operation.startsWith('DeleteMessage')) receipts.forget(givenBack(input));
      const { response } = await handler.handle(request, options);
      const body =
        response.body instanceof Readable ? await buffer(response.body) : Buffer.alloc(0);
      const answer = readAnswer(body.toString());
      receipts.add(
        answer.Messages.map(({ ReceiptHandle }) => ReceiptHandle),
        askedAt,
      );
      refusals.push(...refusalsOf(operation, response.statusCode, answer));
      response.body = Readable.from([body]);
      return { response };
    },
  });
  return { violations, refusals, requests, around };
}
