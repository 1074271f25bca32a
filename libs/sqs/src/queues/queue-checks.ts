import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { milliseconds, ThroughlineError, OwnLog } from '#base';
import { retryLimits, type HandlerSpec } from 'throughline/transport';
import { visibilityOf } from '../channel.js';
import { DESCRIBING, told } from '../client/failures.js';
import { LONGEST_HOLD } from '../in-flight/visibility-heartbeat.js';
import type { QueueAddress } from './queue-reference.js';

const log = new OwnLog('Throughline');

/** What SQS says of a queue, as far as it can be wrong for its handler. */
interface QueueFacts {
  /** Receives after which SQS itself moves a message away. */
  readonly maxReceiveCount: number | undefined;
}

/** Asks SQS about a queue. */
async function factsOf({ url, name }: QueueAddress, client: SQSClient): Promise<QueueFacts> {
  try {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['RedrivePolicy'] }),
    );
    const policy = Attributes?.RedrivePolicy;
    return { maxReceiveCount: policy === undefined ? undefined : maxReceiveCountOf(policy) };
  } catch (error) {
    throw told(`asking for the redrive policy of "${name}"`, error, DESCRIBING);
  }
}

function maxReceiveCountOf(policy: string): number | undefined {
  const { maxReceiveCount } = JSON.parse(policy) as { maxReceiveCount?: number | string };
  return maxReceiveCount === undefined ? undefined : Number(maxReceiveCount);
}

/** What is wrong between a queue and its handler; what is merely risky is logged. */
export async function mistakesOf(
  queue: QueueAddress,
  { name, options }: HandlerSpec,
  client: SQSClient,
): Promise<readonly ThroughlineError[]> {
  const { attempts, receives } = retryLimits(options.retry);
  const { maxReceiveCount = Infinity } = await factsOf(queue, client);
  const mistakes: ThroughlineError[] = [];
  if (maxReceiveCount < attempts) {
    mistakes.push(
      new ThroughlineError(
        'TL_SQS_REDRIVE_TOO_EARLY',
        `"${queue.name}" gives a message up after ${maxReceiveCount} receives (maxReceiveCount), and ${name} wants ${attempts} ` +
          `attempts: raise maxReceiveCount to ${receives}, or lower retry.attempts.`,
      ),
    );
  } else if (maxReceiveCount < receives) {
    log.warn(
      `"${queue.name}" gives a message up after ${maxReceiveCount} receives (maxReceiveCount). What restarts and outages give ` +
        `back was received, too: ${receives} are safe for the ${attempts} attempts of ${name}.`,
    );
  }
  const visibility = visibilityOf({ options });
  if (visibility !== undefined && !isVisibility(visibility)) {
    mistakes.push(
      new ThroughlineError(
        'TL_OPTION_INVALID',
        `The visibility of ${name} is ${visibility / 1_000} s: SQS takes 1 second to 12 hours.`,
      ),
    );
  }
  if (milliseconds(options.timeout ?? '5m') + milliseconds(options.grace ?? '30s') > LONGEST_HOLD) {
    mistakes.push(
      new ThroughlineError(
        'TL_OPTION_INVALID',
        `${name} may run longer than SQS keeps a message hidden, 12 hours: make its timeout shorter.`,
      ),
    );
  }
  return mistakes;
}

const isVisibility = (visibility: number): boolean =>
  visibility >= 1_000 && visibility <= LONGEST_HOLD;
