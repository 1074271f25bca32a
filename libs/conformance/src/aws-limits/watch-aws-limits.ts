import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { limitsOf } from './rules/limits.js';
import { ReceiptUses } from './receipt-uses.js';
import { Receipts } from './rules/receipts.js';
import { readAnswer, refusalsOf, type Refusal } from './refusal.js';
import type { LimitViolation } from './violation.js';

/** The part of the AWS SDK's request handlers that a client needs. */
// An alias rather than an interface, because only an alias fits the SDK's own type, which has a `Record` among its choices.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type SdkRequestHandler = {
  readonly metadata?: { readonly handlerProtocol: string };
  handle(
    request: { readonly headers: Readonly<Record<string, string>>; readonly body?: unknown },
    options?: object,
  ): Promise<{ readonly response: { readonly statusCode: number; body?: unknown } }>;
  destroy?(): void;
};

/** The result of watching requests. */
export interface AwsLimitsWatch {
  /** What AWS would have refused, in the order of the requests. */
  readonly violations: readonly LimitViolation[];
  /**
   * What the server has refused, without what may be refused of any client: a request for a receipt that crossed another request for
   * the same receipt.
   */
  readonly refusals: readonly Refusal[];
  /** The number of requests of each operation. */
  readonly requests: ReadonlyMap<string, number>;
  /**
   * Wraps a request handler of the AWS SDK. Each request is checked and passed on unchanged, even if it breaks a limit.
   *
   * @param handler the real handler. Each client needs its own, because the client destroys it.
   */
  around(handler: SdkRequestHandler): SdkRequestHandler;
}

const operationOf = (target = ''): string => target.slice(target.indexOf('.') + 1);

/** The SDK's byte arrays print a warning when they are converted to a string. */
const textOf = (body: unknown): string =>
  body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);

/** The receipt handles that a request uses, whether SQS accepts them or not, by the id of their entry. */
const receiptsOf = (input: unknown): ReadonlyMap<string | undefined, string> => {
  const { ReceiptHandle, Entries = [] } = input as {
    readonly ReceiptHandle?: string;
    readonly Entries?: readonly { readonly Id?: string; readonly ReceiptHandle?: string }[];
  };
  const entries = [{ Id: undefined, ReceiptHandle }, ...Entries];
  return new Map(
    entries.flatMap(({ Id, ReceiptHandle: handle }) =>
      handle === undefined ? [] : [[Id, handle]],
    ),
  );
};

/**
 * Checks every call of an SQS client against the limits that AWS documents. Local servers allow more, each in its own way, so
 * without this check an error would first show in production.
 *
 * @param options `now`: the clock, in milliseconds, by which messages may be hidden for 12 hours. Default: `Date.now`.
 * @example
 * const limits = watchAwsLimits();
 * const { requestHandler } = new SQSClient({}).config;
 * const transport = sqs({ client: { ...client, requestHandler: limits.around(requestHandler) } });
 * // … at the end of the test:
 * expect(limits.violations).toEqual([]);
 */
export function watchAwsLimits({
  now = () => Date.now(),
}: { readonly now?: () => number } = {}): AwsLimitsWatch {
  const receipts = new Receipts(now);
  const uses = new ReceiptUses();
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
      const used = receiptsOf(input);
      if (operation.startsWith('DeleteMessage')) receipts.forget([...used.values()]);
      const use = uses.begin([...used.values()]);
      const { response } = await handler.handle(request, options);
      const body =
        response.body instanceof Readable ? await buffer(response.body) : Buffer.alloc(0);
      const answer = readAnswer(body.toString());
      receipts.add(
        answer.Messages.map(({ ReceiptHandle }) => ReceiptHandle),
        askedAt,
      );
      use.answered();
      for (const { id, ...refusal } of refusalsOf(operation, response.statusCode, answer))
        if (!use.isCrossed(used.get(id) ?? '')) refusals.push(refusal);
      response.body = Readable.from([body]);
      return { response };
    },
  });
  return { violations, refusals, requests, around };
}
