/** The functions of a test runner that the suites use. Jest and Vitest have all of them. */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>, timeout?: number) => void;
  readonly beforeAll: (body: () => Promise<void>, timeout?: number) => void;
  readonly afterAll: (body: () => Promise<void>, timeout?: number) => void;
}

/** The runner's globals. The suites are part of the library, which must also load where there is no Jest. */
export function globalFramework(): TestFramework {
  const { describe, it, beforeAll, afterAll } = globalThis as Partial<TestFramework>;
  if (!describe || !it || !beforeAll || !afterAll) {
    throw new Error(
      'The suite needs describe, it, beforeAll and afterAll. Run it in Jest, or pass them as the third argument.',
    );
  }
  return { describe, it, beforeAll, afterAll };
}
