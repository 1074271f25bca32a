import { z } from 'zod';
import { flag, free, maybe, object, text } from './fields.js';

const frame = object({
  abs_path: maybe(text),
  classname: maybe(text),
  colno: maybe(z.int()),
  context_line: maybe(text),
  filename: maybe(text),
  function: maybe(text),
  library_frame: maybe(flag),
  lineno: maybe(z.int()),
  module: maybe(text),
  post_context: maybe(z.array(text)),
  pre_context: maybe(z.array(text)),
  vars: maybe(free),
}).refine(
  ({ classname, filename }) => typeof classname === 'string' || typeof filename === 'string',
  'needs a classname or a filename',
);

export const stacktrace = z.array(frame);
