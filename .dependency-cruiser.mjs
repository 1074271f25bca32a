import { readdirSync } from 'node:fs';

/** The table of rooms and what each may import: docs/architecture.md. */
const rooms = {
  base: [],
  tracing: ['base'],
  transport: ['base', 'tracing'],
  core: ['base', 'tracing', 'transport'],
  sqs: ['base', 'tracing', 'transport'],
  kafka: ['base', 'tracing', 'transport'],
  memory: ['base', 'tracing', 'transport', 'sqs', 'kafka'],
  elastic: ['base', 'tracing'],
  opentelemetry: ['base', 'tracing'],
  redis: ['base', 'core'],
  codecs: ['base', 'transport'],
  recorder: ['base', 'tracing'],
};
/** What users need in their tests, and the suites: these may import all rooms above. */
const aboveAll = ['testing', 'conformance'];
const may = {
  ...rooms,
  ...Object.fromEntries(aboveAll.map((name) => [name, Object.keys(rooms)])),
};

// A room without a row would have no rule, so it could import everything.
const unlisted = readdirSync(new URL('libs', import.meta.url)).filter((name) => !(name in may));
if (unlisted.length > 0) {
  throw new Error(
    `Add what ${unlisted.join(', ')} may import to the table in .dependency-cruiser.mjs.`,
  );
}

/** What the tests of any room may use besides. */
const FOR_TESTS = '^(libs/(testing|conformance|recorder|core|sqs|kafka|memory)/|tools/brokers/)';
const TEST = '\\.(test|fixture|suite)\\.ts$';
const within = (rooms) => `^libs/(${rooms.join('|')})/`;

/** One room's rule: nothing of ours but itself and what the table allows. */
const room = ([name, allowed]) => ({
  name: `libs/${name} imports only ${allowed.length > 0 ? allowed.join(', ') : 'itself'}`,
  severity: 'error',
  from: { path: `^libs/${name}/`, pathNot: TEST },
  to: { path: '^(libs|src|demo|test|bench|tools)/', pathNot: within([name, ...allowed]) },
});

/** Tests may start brokers, and use the suites, whatever their room. */
const roomTests = ([name, allowed]) => ({
  name: `the tests of libs/${name} import only what it may, and what tests are made of`,
  severity: 'error',
  from: { path: `^libs/${name}/.*${TEST}` },
  to: {
    path: '^(libs|src|demo|test|bench|tools)/',
    pathNot: `${within([name, ...allowed])}|${FOR_TESTS}`,
  },
});

const vendor = (name, path, rooms) => ({
  name: `${name} is loaded by ${rooms.join(', ')} alone`,
  severity: 'error',
  from: { path: '^(libs|src)/', pathNot: `^(${rooms.join('|')})/|\\.test\\.ts$` },
  to: { path },
});

export default {
  forbidden: [
    ...Object.entries(may).map(room),
    ...Object.entries(may).map(roomTests),
    {
      name: 'a room is entered by its index.ts',
      severity: 'error',
      from: {
        path: '^(libs/[^/]+|tools/brokers|src|demo|test|bench)/',
        pathNot: '^libs/memory/',
      },
      to: {
        path: '^(libs/[^/]+/src|tools/brokers)/(?!index\\.ts$)',
        pathNot: '^$1/',
      },
    },
    {
      // It shares the rules of the brokers, and loads none of their clients.
      name: 'libs/memory enters other rooms by their index.ts, their channel module, or the hash of keys',
      severity: 'error',
      from: { path: '^libs/memory/' },
      to: {
        path: '^libs/[^/]+/src/(?!(index|channel|drivers/murmur2)\\.ts$)',
        pathNot: '^libs/memory/',
      },
    },
    {
      name: 'src is nobody’s library',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(src|demo|test|bench)/' },
    },
    vendor('kafkajs', 'node_modules/kafkajs', ['libs/kafka', 'libs/conformance']),
    vendor('@platformatic/kafka', 'node_modules/@platformatic', ['libs/kafka', 'libs/conformance']),
    vendor('the AWS SDK', 'node_modules/@aws-sdk', [
      'libs/sqs',
      'libs/conformance',
      'libs/testing',
    ]),
    vendor('redis', 'node_modules/(@redis|redis)/', ['libs/redis']),
    vendor('elastic-apm-node', 'node_modules/elastic-apm-node', [
      'libs/elastic',
      'libs/conformance',
      'src',
    ]),
    vendor('OpenTelemetry', 'node_modules/@opentelemetry', [
      'libs/opentelemetry',
      'libs/conformance',
      'src',
    ]),
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'nothing unresolved',
      severity: 'error',
      // Peers are installed when the bench is first run, and by nobody else.
      from: { pathNot: '^bench/peers/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no development dependency in what runs',
      severity: 'error',
      from: { path: '^(libs|src)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@throughline/source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
