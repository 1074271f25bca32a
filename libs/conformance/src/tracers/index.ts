export type { OpenTracer, TracedSpan, TracerSubject } from './contract.js';
export { describeTracer } from './describe-tracer.js';
