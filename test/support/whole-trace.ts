import { expect } from '@jest/globals';
import type { TraceSpan } from 'throughline/recorder';

/** What an order's trace has to look like: each row's parent is the row before. */
export const chainOf = (queue: string, topic: string): readonly string[] => [
  'transaction POST /orders',
  `span SQS SEND to ${queue}`,
  `transaction SQS RECEIVE from ${queue}`,
  `span Kafka SEND to ${topic}`,
  `transaction Kafka RECEIVE from ${topic}`,
];

/** The chain from the root down, as the parent ids tell it; fails where anything hangs beside it. */
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
