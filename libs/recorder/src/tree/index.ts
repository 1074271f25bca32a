export { drawTree, type DrawOptions } from './draw-tree.js';
export { spansOf } from './spans-of.js';
export type { TraceSpan } from './trace-span.js';
