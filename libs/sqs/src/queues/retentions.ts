import { OwnLog } from '#base';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { DESCRIBING, told } from '../client/failures.js';
import type { QueueAddress } from './queue-reference.js';

const DAY = 24 * 60 * 60 * 1_000;

/** How long queues keep their messages: asked once for each. */
export class Retentions {
  readonly #client: SQSClient;
  readonly #suppress: <R>(clientCall: () => R) => R;
  readonly #known = new Map<string, Promise<number | undefined>>();
  readonly #log = new OwnLog('Throughline');

  constructor(client: SQSClient, suppress: <R>(clientCall: () => R) => R) {
    this.#client = client;
    this.#suppress = suppress;
  }

  /**
   * In milliseconds; `undefined` where SQS does not say: ElasticMQ never does, and who may send need not be allowed to ask.
   *
   * @throws ThroughlineError `TL_SQS_UNAVAILABLE`
   */
  of(queue: QueueAddress): Promise<number | undefined> {
    let known = this.#known.get(queue.url);
    if (known === undefined) {
      known = this.#ask(queue);
      this.#known.set(queue.url, known);
      known.catch(() => this.#known.delete(queue.url));
    }
    return known;
  }

  /** A dead letter is to outlive what may still be in its queue: nobody looks at it at once. */
  async warnIfShorter(letters: QueueAddress, queue: QueueAddress): Promise<void> {
    const [kept, source] = await Promise.all([this.of(letters), this.of(queue)]);
    if (kept === undefined || source === undefined || kept >= source) return;
    this.#log.warn(
      `"${letters.name}" keeps dead letters for ${kept / DAY} days, and "${queue.name}" its messages for ${source / DAY}: ` +
        'raise the MessageRetentionPeriod of the dead letters, 14 days at most.',
    );
  }

  async #ask({ url, name }: QueueAddress): Promise<number | undefined> {
    try {
      const { Attributes } = await this.#suppress(() =>
        this.#client.send(
          new GetQueueAttributesCommand({
            QueueUrl: url,
            AttributeNames: ['MessageRetentionPeriod'],
          }),
        ),
      );
      const seconds = Attributes?.MessageRetentionPeriod;
      return seconds === undefined ? undefined : Number(seconds) * 1_000;
    } catch (error) {
      const cause = told(`asking for the retention of "${name}"`, error, DESCRIBING);
      if (cause.errorClass === 'unavailable') throw cause;
      this.#log.warn(cause.message);
      return undefined;
    }
  }
}
