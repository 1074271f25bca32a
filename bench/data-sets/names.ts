import { randomUUID } from 'node:crypto';

/** An unused name. Every run has its own group, topic or queue. */
export const freshName = (what: string): string => `bench-${what}-${randomUUID().slice(0, 8)}`;
