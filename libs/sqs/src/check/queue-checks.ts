import { milliseconds, OwnLog, ThroughlineError } from '#base';
import { retryLimits, type HandlerSpec } from 'throughline/transport';
import { visibilityOf } from '../channel.js';
import { LONGEST_VISIBILITY } from '../in-flight/visibility-heartbeat.js';
import type { QueueAddress } from '../queues/queue-reference.js';
import type { RedrivePolicies } from '../queues/redrive-policies.js';

const log = new OwnLog('Throughline');

/**
 * Checks a queue against its handler's options. Returns settings that cannot work as errors, and logs settings that are only a
 * risk.
 */
export async function configurationErrorsOf(
  queue: QueueAddress,
  { name, options }: HandlerSpec,
  policies: RedrivePolicies,
): Promise<readonly ThroughlineError[]> {
  const { attempts, receives } = retryLimits(options.retry);
  const { maxReceiveCount } = await policies.of(queue);
  const errors: ThroughlineError[] = [];
  if (maxReceiveCount < attempts) {
    errors.push(
      new ThroughlineError(
        'TL_SQS_REDRIVE_TOO_EARLY',
        `SQS moves a message from "${queue.name}" to the dead-letter queue after ${maxReceiveCount} receives (maxReceiveCount), but ${name} makes ` +
          `${attempts} attempts. Raise maxReceiveCount to ${receives}, or lower retry.attempts.`,
      ),
    );
  } else if (maxReceiveCount < receives) {
    log.warn(
      `The maxReceiveCount of "${queue.name}" is ${maxReceiveCount}, and ${name} makes ${attempts} attempts. Redeliveries after restarts and outages also count as ` +
        `receives, so SQS may move a message to the dead-letter queue before the handler's last attempt. Raise maxReceiveCount to at least ${receives}.`,
    );
  }
  const visibility = visibilityOf({ options });
  if (visibility !== undefined && !isVisibility(visibility)) {
    errors.push(
      new ThroughlineError(
        'TL_OPTION_INVALID',
        `The visibility of ${name} must be from 1 second to 12 hours (SQS limits), but is ${visibility / 1_000} s.`,
      ),
    );
  }
  if (
    milliseconds(options.timeout ?? '5m') + milliseconds(options.grace ?? '30s') >
    LONGEST_VISIBILITY
  ) {
    errors.push(
      new ThroughlineError(
        'TL_OPTION_INVALID',
        `${name} may run longer than 12 hours, the longest time that SQS hides a message. Shorten the handler's timeout.`,
      ),
    );
  }
  return errors;
}

const isVisibility = (visibility: number): boolean =>
  visibility >= 1_000 && visibility <= LONGEST_VISIBILITY;
