import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A block of TypeScript in the README or a page of docs/. */
export interface DocsExample {
  /** Where it is written, as a path: `docs/delivery-35.ts`, or the README's own title of it. */
  readonly path: string;
  readonly code: string;
}

/** Where the README's files with titles stand. */
export const README_FILES = 'readme';

/** What the examples of docs/ take for granted: the orders of the README. */
export const PRELUDE = `
import type { INestApplication } from '@nestjs/common';
import type { Publisher, ThroughlineControl } from 'throughline';
import type { AppModule as ReadmeModule } from './${README_FILES}/src/app.module.js';
import type * as channels from './${README_FILES}/src/orders/order.channels.js';
import type * as handler from './${README_FILES}/src/orders/order-handler.js';
import type * as processor from './${README_FILES}/src/orders/order.processor.js';
import type { Order as ReadmeOrder } from './${README_FILES}/src/orders/order.js';

declare global {
  type Order = ReadmeOrder;
  const AppModule: typeof ReadmeModule;
  const OrderHandler: typeof handler.OrderHandler;
  const OrderProcessor: typeof processor.OrderProcessor;
  const newOrders: typeof channels.newOrders;
  const orderEvents: typeof channels.orderEvents;
  const app: INestApplication;
  const control: ThroughlineControl;
  const publisher: Publisher;
}
`;

const BLOCK = /^```ts(?: title=(\S+))?\n(.*?)^```$/gms;

const IMPORT = /^import /m;

function examplesOf(root: string, page: string): readonly DocsExample[] {
  const text = readFileSync(join(root, page), 'utf8');
  const folder = page.startsWith('docs/') ? 'docs' : README_FILES;
  return [...text.matchAll(BLOCK)].map(({ 1: title, 2: code = '', index }) => {
    const line = text.slice(0, index).split('\n').length;
    const name = title ?? `${basename(page, '.md').toLowerCase()}-${line}.ts`;
    return { path: `${folder}/${name}`, code };
  });
}

/** The complete examples: blocks that say what they import. Others are fragments. */
export const docsExamples = (root: string): readonly DocsExample[] =>
  ['README.md', ...globSync('docs/*.md', { cwd: root }).toSorted()]
    .flatMap((page) => examplesOf(root, page))
    .filter(({ code }) => IMPORT.test(code));
