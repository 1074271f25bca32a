/** What the suite asks of a test runner: Jest's words, which Vitest knows as well. */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>, timeout?: number) => void;
  readonly beforeAll: (body: () => Promise<void>, timeout?: number) => void;
  readonly afterAll: (body: () => Promise<void>, timeout?: number) => void;
}

/** The runner's globals: the suite is part of the library, and the library must load where there is no Jest. */
export function globalFramework(): TestFramework {
  const { describe, it, beforeAll, afterAll } = globalThis as Partial<TestFramework>;
  if (!describe || !it || !beforeAll || !afterAll) {
    throw new Error(
      'the suite needs describe, it, beforeAll and afterAll: run it in Jest, or pass them as the third argument.',
    );
  }
  return { describe, it, beforeAll, afterAll };
}
