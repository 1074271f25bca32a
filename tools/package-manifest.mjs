/** What everyone needs who installs the libraries. */
const PEERS = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/microservices',
  'reflect-metadata',
  'rxjs',
];

/** What one room needs, and only those who import that room have to install. */
const OPTIONAL_PEERS = [
  '@aws-sdk/client-sqs',
  '@opentelemetry/api',
  'elastic-apm-node',
  'fauxqs',
  'kafkajs',
  'redis',
  'zod',
];

/** What the types of the libraries are written with. */
const DEPENDENCIES = ['@standard-schema/spec'];

/** What the service needs, and the libraries do not. */
const OF_THE_SERVICE = ['@nestjs/platform-express', '@opentelemetry/sdk-node'];

const known = [...PEERS, ...OPTIONAL_PEERS, ...DEPENDENCIES, ...OF_THE_SERVICE];

/** The manifest of what is published, from that of the repository; throws where a dependency has no place in the lists above. */
export function manifestOf({ name, version, description, license, engines, dependencies }) {
  const strangers = Object.keys(dependencies).filter((dependency) => !known.includes(dependency));
  if (strangers.length > 0) {
    throw new Error(`tools/package-manifest.mjs does not say what needs ${strangers.join(', ')}`);
  }
  const versionsOf = (names) => Object.fromEntries(names.map((one) => [one, dependencies[one]]));
  return {
    name,
    version,
    description,
    keywords: ['nestjs', 'sqs', 'kafka', 'microservices', 'tracing', 'elastic-apm'],
    license,
    type: 'module',
    engines,
    exports: {
      '.': { types: './libs/core/src/index.d.ts', default: './libs/core/src/index.js' },
      './base': null,
      './core': null,
      './package.json': './package.json',
      './*': { types: './libs/*/src/index.d.ts', default: './libs/*/src/index.js' },
    },
    imports: {
      '#base': { types: './libs/base/src/index.d.ts', default: './libs/base/src/index.js' },
    },
    dependencies: versionsOf(DEPENDENCIES),
    peerDependencies: versionsOf([...PEERS, ...OPTIONAL_PEERS]),
    peerDependenciesMeta: Object.fromEntries(
      OPTIONAL_PEERS.map((one) => [one, { optional: true }]),
    ),
  };
}
