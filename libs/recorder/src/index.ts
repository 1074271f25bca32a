export type {
  Received,
  RecordedError,
  RecordedMetadata,
  RecordedMetricset,
  RecordedSpan,
  RecordedTransaction,
} from './protocol/events.js';
export type { Problem } from './protocol/problem.js';
export {
  startRecorder,
  type Recorder,
  type RecorderOptions,
  type WaitOptions,
} from './recorder.js';
export type { Snapshot } from './record/snapshot.js';
export type { Orphan, Trace } from './record/trace.js';
export { drawTree, type DrawOptions } from './tree/draw-tree.js';
export { spansOf } from './tree/model/spans-of.js';
export type { TraceSpan } from './tree/model/trace-span.js';
