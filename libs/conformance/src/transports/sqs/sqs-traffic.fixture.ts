/** The parts of the SDK's log entry for a command that are used here. */
interface LoggedCommand {
  readonly commandName?: string;
  readonly input?: { readonly QueueUrl?: string };
  readonly output?: {
    readonly Messages?: readonly { readonly MessageId?: string; readonly ReceiptHandle?: string }[];
  };
}

/** Reads the SDK's log: the number of send requests, and the receipt handle of each received message. */
export class SqsTraffic {
  sendRequests = 0;
  readonly #receipts = new Map<string, Map<string, string>>();
  #waiting: (() => void)[] = [];

  /** The latest receipt handle of each message that was received from the queue of this name. */
  receipts(queue: string): ReadonlyMap<string, string> {
    return this.#of(queue);
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const next = Promise.withResolvers<undefined>();
      this.#waiting.push(() => next.resolve(undefined));
      await next.promise;
    }
  }

  /** For `sqs({ client: { logger } })`. */
  get logger(): Record<'debug' | 'info' | 'warn' | 'error', (entry: unknown) => void> {
    const ignore = (): void => undefined;
    return { debug: ignore, warn: ignore, error: ignore, info: (entry) => this.#record(entry) };
  }

  #record(entry: unknown): void {
    const { commandName = '', input, output } = entry as LoggedCommand;
    if (commandName.startsWith('SendMessage')) this.sendRequests += 1;
    if (commandName !== 'ReceiveMessageCommand') return;
    const receipts = this.#of(input?.QueueUrl?.split('/').at(-1) ?? '');
    for (const { MessageId = '', ReceiptHandle = '' } of output?.Messages ?? []) {
      receipts.set(MessageId, ReceiptHandle);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #of(queue: string): Map<string, string> {
    let receipts = this.#receipts.get(queue);
    if (receipts === undefined) this.#receipts.set(queue, (receipts = new Map<string, string>()));
    return receipts;
  }
}
