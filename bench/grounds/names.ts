import { randomUUID } from 'node:crypto';

/** A name that nobody has used: every turn has a group, a topic or a queue of its own. */
export const freshName = (what: string): string => `bench-${what}-${randomUUID().slice(0, 8)}`;
