import type { Context } from '@opentelemetry/api';
import type { Incoming, Labels } from 'throughline/tracing';
import { describeEndpoint, describeLabels } from './attributes.js';
import { attribute } from './conventions.js';
import type { Setting } from '../sdk/access.js';

/** How an outcome is settled, by the labels' word for it; what is not here is an operation of its own: `retry`. */
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['duplicate', 'ack'],
  ['unmatched', 'ack'],
  ['rejected', 'dead_letter'],
]);

const isWanted = (settle: Setting['settle'], outcome: string): boolean =>
  settle === 'all' || (settle === 'failures' && outcome !== 'ack');

/**
 * A span without a length that says what was decided about a message: `retry my-queue`. The broker is told just after it, and
 * for several messages at a time.
 */
export function settleSpan(
  setting: Setting,
  message: Incoming,
  labels: Labels | undefined,
  below: Context,
): void {
  if (labels === undefined) return;
  const { outcome } = labels;
  if (typeof outcome !== 'string' || !isWanted(setting.settle, outcome)) return;
  const { system, destination, id } = message;
  const name = OPERATIONS.get(outcome) ?? outcome;
  const now = Date.now();
  const options = {
    kind: setting.api.SpanKind.CLIENT,
    startTime: now,
    attributes: {
      ...describeEndpoint({ system, destination }, { name, type: 'settle' }),
      ...describeLabels(labels),
      [attribute.messageId]: id,
    },
  };
  setting.tracer().startSpan(`${name} ${destination}`, options, below).end(now);
}
