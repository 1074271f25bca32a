import { globSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Interfaces of options whose names do not end in `Options`. */
const OTHERS = new Set([
  'BatchSize',
  'ElasticLoad',
  'Idempotency',
  'QueueSettings',
  'TopicSettings',
  'TracedTo',
]);

const isOptions = (name: string): boolean => name.endsWith('Options') || OTHERS.has(name);

const membersOf = (type: ts.Type): readonly string[] =>
  (type.isUnion() ? type.types : [type]).flatMap((one) =>
    one.getProperties().flatMap(({ name }) => (name.startsWith('__@') ? [] : [name])),
  );

/** The exported types of options of all rooms, with the names of their options. */
export function optionInterfaces(root: string): ReadonlyMap<string, ReadonlySet<string>> {
  const pattern =
    'libs/{core,transport,tracing,sqs,kafka,memory,redis,elastic,opentelemetry,recorder,testing,codecs}/src/**/*.ts';
  const files = globSync(pattern, { cwd: root })
    .filter((file) => !/\.(test|fixture)\.ts$/.test(file))
    .map((file) => join(root, file));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) =>
    ts.sys.readFile(path),
  ) as {
    readonly config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const found = new Map<string, ReadonlySet<string>>();
  for (const file of files) {
    const source = program.getSourceFile(file);
    const exported = source && checker.getSymbolAtLocation(source);
    for (const symbol of exported === undefined ? [] : checker.getExportsOfModule(exported)) {
      if (!isOptions(symbol.name) || !symbol.declarations?.some(isType)) continue;
      found.set(symbol.name, new Set(membersOf(checker.getDeclaredTypeOfSymbol(symbol))));
    }
  }
  return found;
}

const isType = (declaration: ts.Declaration): boolean =>
  ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration);
