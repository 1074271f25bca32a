/**
 * The condition under which `throughline/*` resolves to the TypeScript source (package.json, "exports"). Jest itself adds
 * `import` or `require`, as the importer is; named here, `import` would hold for a CommonJS package's `require` as well.
 */
const conditions = ['@throughline/source', 'node'];

/**
 * Tests wait for events, so only one that hangs meets this. Jest's own 5 s are met by tests that hold, where a machine has six
 * times more to do than it has cores. What needs longer says so itself.
 * Jest heeds it here alone, not in a project.
 */
const TEST_TIMEOUT_MS = 60_000;

const project = (displayName, testMatch) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: conditions },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
});

export default {
  projects: [
    project('unit', ['<rootDir>/{src,libs,demo,bench,tools}/**/!(*.real).test.ts']),
    project('story', ['<rootDir>/test/**/!(*.real).test.ts']),
    // The brokers of this project are started once, by its global set-up.
    {
      ...project('real', ['<rootDir>/{src,libs,demo,test,tools}/**/*.real.test.ts']),
      globalSetup: '<rootDir>/tools/test-run/real-brokers.setup.mjs',
      globalTeardown: '<rootDir>/tools/test-run/real-brokers.teardown.mjs',
    },
  ],
  testTimeout: TEST_TIMEOUT_MS,
  reporters: ['default', '<rootDir>/tools/test-run/closing-line.reporter.js'],
};
