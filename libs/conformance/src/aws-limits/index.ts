export type { Refusal } from './refusal.js';
export type { LimitViolation } from './violation.js';
export { watchAwsLimits, type AwsLimitsWatch, type SdkRequestHandler } from './watch-aws-limits.js';
