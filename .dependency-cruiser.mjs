/** The table of rooms and what each may import: docs/architecture.md. */
const may = {
  tracing: [],
  messaging: ['tracing'],
  sqs: ['messaging', 'tracing'],
  kafka: ['messaging', 'tracing'],
  redis: ['messaging'],
  elastic: ['tracing'],
  opentelemetry: ['tracing'],
  testing: ['tracing', 'messaging', 'sqs', 'kafka', 'redis', 'elastic', 'opentelemetry'],
};
const REAL_TEST = '\\.real\\.test\\.ts$';
const within = (rooms) => `^libs/(${rooms.join('|')})/`;

/** One room's rule: nothing of ours but itself and what the table allows. */
const room = ([name, allowed]) => ({
  name: `libs/${name} imports only ${allowed.length > 0 ? allowed.join(', ') : 'itself'}`,
  severity: 'error',
  from: { path: `^libs/${name}/`, pathNot: REAL_TEST },
  to: { path: '^(libs|src|demo|test|bench)/', pathNot: within([name, ...allowed]) },
});

/** A test against a real broker may start it with `throughline/testing`, whatever its room. */
const realTests = ([name, allowed]) => ({
  name: `the real tests of libs/${name} import only what it may, and testing`,
  severity: 'error',
  from: { path: `^libs/${name}/.*${REAL_TEST}` },
  to: { path: '^(libs|src|demo|test|bench)/', pathNot: within([name, 'testing', ...allowed]) },
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
    ...Object.entries(may).map(realTests),
    {
      name: 'a room is entered by its index.ts',
      severity: 'error',
      from: { path: '^(libs/[^/]+|src|demo|test|bench)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^$1/' },
    },
    {
      name: 'src is nobody’s library',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(src|demo|test|bench)/' },
    },
    vendor('kafkajs', 'node_modules/kafkajs', ['libs/kafka']),
    vendor('the AWS SDK', 'node_modules/@aws-sdk', ['libs/sqs']),
    vendor('redis', 'node_modules/(@redis|redis)/', ['libs/redis']),
    vendor('elastic-apm-node', 'node_modules/elastic-apm-node', ['libs/elastic', 'src']),
    vendor('OpenTelemetry', 'node_modules/@opentelemetry', ['libs/opentelemetry', 'src']),
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
