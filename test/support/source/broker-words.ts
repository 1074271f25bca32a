import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const BROKER = /queue|topic|sqs|kafka|fifo/i;

/** A name or a text in the code that has a word of a broker. */
export interface BrokerWord {
  readonly file: string;
  readonly text: string;
}

const isText = (node: ts.Node): node is ts.LiteralLikeNode =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateHead(node) ||
  ts.isTemplateMiddle(node) ||
  ts.isTemplateTail(node) ||
  ts.isRegularExpressionLiteral(node);

const isName = (node: ts.Node): node is ts.Identifier | ts.PrivateIdentifier =>
  ts.isIdentifier(node) || ts.isPrivateIdentifier(node);

function wordsIn(file: string, source: string): readonly BrokerWord[] {
  const words: BrokerWord[] = [];
  const visit = (node: ts.Node): void => {
    if ((isText(node) || isName(node)) && BROKER.test(node.text)) {
      words.push({ file, text: node.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest));
  return words;
}

/** The words of brokers in a room's code: identifiers, strings, templates and patterns, but not comments and tests. */
export function brokerWords(root: string, room: string): readonly BrokerWord[] {
  return globSync(`libs/${room}/src/**/*.ts`, { cwd: root })
    .filter((path) => !/\.(test|fixture)\.ts$/.test(path))
    .toSorted()
    .flatMap((path) => wordsIn(path, readFileSync(join(root, path), 'utf8')));
}
