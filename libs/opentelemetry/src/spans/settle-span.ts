import type { Context } from '@opentelemetry/api';
import type { Incoming, Labels } from 'throughline/tracing';
import { describeEndpoint, describeLabels } from './attributes.js';
import { attribute } from './conventions.js';
import type { SdkAccess } from '../sdk/access.js';

/** Maps outcomes to the names of their spans, where the two names differ. */
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['duplicate', 'ack'],
  ['unmatched', 'ack'],
  ['rejected', 'dead_letter'],
]);

const isWanted = (settle: SdkAccess['settle'], outcome: string): boolean =>
  settle === 'all' || (settle === 'failures' && outcome !== 'ack');

/**
 * Records a span of zero duration that shows how a message is settled, such as `retry orders`. The request to the broker follows
 * later, together with those for other messages.
 */
export function settleSpan(
  access: SdkAccess,
  message: Incoming,
  labels: Labels | undefined,
  below: Context,
): void {
  if (labels === undefined) return;
  const { outcome } = labels;
  if (typeof outcome !== 'string' || !isWanted(access.settle, outcome)) return;
  const { system, systemFacts, destination, id } = message;
  const name = OPERATIONS.get(outcome) ?? outcome;
  const now = Date.now();
  const options = {
    kind: access.api.SpanKind.CLIENT,
    startTime: now,
    attributes: {
      ...describeEndpoint({ system, systemFacts, destination }, { name, type: 'settle' }),
      ...describeLabels(labels),
      [attribute.messageId]: id,
    },
  };
  access.tracer().startSpan(`${name} ${destination}`, options, below).end(now);
}
