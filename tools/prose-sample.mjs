/**
 * Draws log lines, error messages and paragraphs at random, so that a fresh reader can mark those that need a second reading.
 *
 *     node tools/prose-sample.mjs [seed]
 *
 * One seed always draws the same sample. `${name}` in a message stands for a value, `${…}` for one without a name.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../', import.meta.url));
const SAMPLE = { 'Log lines': 30, 'Error messages': 20, 'Paragraphs of docs': 10, Docstrings: 10 };
const MIN_WORDS = 4;
const LOG_CALL = /^(log|error|warn|warnOnce|debug|info|verbose|fatal|report|blocked)$/;
const ERROR_CALL = /(Error|^optionInvalid|^ErrorMessage)$/;

/** A line that is prose, and the lines that continue it. */
const PARAGRAPH = /^(?![#|!<\s]|- [✓✗]).+(?:\n(?![#|!<]|\s*[-*\d`])[^\n]+)*/gm;

const wordsIn = (text) => text.split(/\s+/).filter((word) => /\p{L}{2}/u.test(word)).length;
const squeeze = (text) => text.replace(/\s+/g, ' ').trim();

/** Stands for a value: `${handler}` for `this.#handler`, `${reasonOf}` for `reasonOf(error)`, otherwise `${…}`. */
const value = (node) =>
  `\${${/^(?:[\w#]+\.)*#?(\w+)(?:\(.*\))?$/s.exec(node.getText())?.[1] ?? '…'}}`;

/** The text of a literal, a template, or literals joined with `+`; undefined for other expressions. */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.map(
      ({ expression, literal }) => value(expression) + literal.text,
    );
    return node.head.text + spans.join('');
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  if (left === undefined && right === undefined) return;
  return (left ?? value(node.left)) + (right ?? value(node.right));
}

/** Which list the texts in the arguments of a call belong to. */
function listOf(call) {
  const callee = call.expression;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
  if (ERROR_CALL.test(name)) return 'Error messages';
  return ts.isPropertyAccessExpression(callee) && LOG_CALL.test(name) ? 'Log lines' : undefined;
}

function readSource(path, found) {
  const text = readFileSync(`${root}${path}`, 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const add = (list, position, words) => {
    const line = source.getLineAndCharacterOfPosition(position).line + 1;
    if (wordsIn(words) >= MIN_WORDS)
      found[list].push({ at: `${path}:${line}`, text: squeeze(words) });
  };
  const visit = (node, list) => {
    for (const { comment, pos } of node.jsDoc ?? []) {
      const words = ts.getTextOfJSDocComment(comment);
      if (words !== undefined) add('Docstrings', pos, words);
    }
    const words = list === undefined ? undefined : textOf(node);
    if (words !== undefined) return add(list, node.getStart(), words);
    const isCall = ts.isCallExpression(node) || ts.isNewExpression(node);
    const inner = (isCall ? listOf(node) : undefined) ?? list;
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(source, undefined);
}

/** Paragraphs and list items of a page, without its headings, tables, code and results. */
function readPage(path, found) {
  const text = readFileSync(`${root}${path}`, 'utf8');
  const prose = text.replace(/^```.*?^```$/gms, (code) => code.replace(/[^\n]/g, ''));
  for (const { 0: paragraph, index } of prose.matchAll(PARAGRAPH)) {
    const line = prose.slice(0, index).split('\n').length;
    if (wordsIn(paragraph) >= MIN_WORDS)
      found['Paragraphs of docs'].push({ at: `${path}:${line}`, text: squeeze(paragraph) });
  }
}

/** Numbers from 0 to 1 that depend on the seed only (mulberry32). */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const seed = Number(process.argv[2] ?? 1);
const found = Object.fromEntries(Object.keys(SAMPLE).map((list) => [list, []]));
const notShipped = /\.(test|fixture|suite)\.ts$|\/(conformance|scenarios)\//;
const filesIn = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((path) => join(folder, path))
    .toSorted();
for (const path of ['libs', 'src', 'demo'].flatMap(filesIn)) {
  if (path.endsWith('.ts') && !notShipped.test(path)) readSource(path, found);
}
for (const path of ['README.md', ...filesIn('docs')])
  if (path.endsWith('.md')) readPage(path, found);

const random = randomNumbers(seed);
let number = 0;
for (const [list, size] of Object.entries(SAMPLE)) {
  const all = found[list];
  const drawn = all
    .map((item) => ({ item, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, size);
  console.log(`\n${list}: ${drawn.length} of ${all.length}, seed ${seed}\n`);
  for (const { item } of drawn) console.log(`${(number += 1)}. ${item.at}\n   ${item.text}`);
}
