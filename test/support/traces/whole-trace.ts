import { expect } from '@jest/globals';
import type { TraceSpan } from 'throughline/recorder';

/** The expected trace of an order: each row's parent is the row before. */
export const chainOf = (queue: string, topic: string): readonly string[] => [
  'transaction POST /orders',
  `span SQS SEND to ${queue}`,
  `transaction SQS RECEIVE from ${queue}`,
  `span Kafka SEND to ${topic}`,
  `transaction Kafka RECEIVE from ${topic}`,
];

/** The trace from the root down. Fails if a span has more than one child. */
export function chainIn(spans: readonly TraceSpan[]): readonly string[] {
  const chain: string[] = [];
  let parent: string | null = null;
  for (;;) {
    const children: readonly TraceSpan[] = spans.filter(({ parentId }) => parentId === parent);
    const [child] = children;
    if (child === undefined) break;
    expect(children).toHaveLength(1);
    chain.push(`${child.kind} ${child.name}`);
    parent = child.id;
  }
  expect(spans).toHaveLength(chain.length);
  return chain;
}
