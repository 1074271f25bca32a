export type {
  Received,
  RecordedError,
  RecordedMetadata,
  RecordedMetricset,
  RecordedSpan,
  RecordedTransaction,
} from './events.js';
export type { Problem } from './problem.js';
export {
  startRecorder,
  type Recorder,
  type RecorderOptions,
  type WaitOptions,
} from './recorder.js';
export type { Snapshot } from './snapshot.js';
export type { Orphan, Trace } from './trace.js';
export { drawTree, spansOf, type DrawOptions, type TraceSpan } from './tree/index.js';
