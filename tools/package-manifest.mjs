/** Dependencies of every user of the libraries. */
const PEERS = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/microservices',
  'reflect-metadata',
  'rxjs',
];

/** Dependencies of one room. Only its users install them. */
const OPTIONAL_PEERS = [
  '@aws-sdk/client-sqs',
  '@opentelemetry/api',
  '@platformatic/kafka',
  'elastic-apm-node',
  'fauxqs',
  'kafkajs',
  'lz4-napi',
  'redis',
  'snappy',
  'zod',
];

/** Dependencies of the libraries' types. */
const DEPENDENCIES = ['@standard-schema/spec'];

/** Dependencies of the order service only. */
const OF_THE_SERVICE = ['@nestjs/platform-express', '@opentelemetry/sdk-node'];

const known = [...PEERS, ...OPTIONAL_PEERS, ...DEPENDENCIES, ...OF_THE_SERVICE];

/** The manifest of the published package, derived from that of the repository. Throws if a dependency is in none of the lists above. */
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
