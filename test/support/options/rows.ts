import { handlerRows } from './handler-rows.js';
import type { Row } from './row.js';
import { runtimeRows } from './runtime-rows.js';
import { tracerRows } from './tracer-rows.js';
import { transportRows } from './transport-rows.js';

/** Every public function that takes options. */
export const rows: readonly Row[] = [
  ...handlerRows,
  ...transportRows,
  ...runtimeRows,
  ...tracerRows,
];
