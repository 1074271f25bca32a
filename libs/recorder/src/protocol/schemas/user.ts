import { z } from 'zod';
import { keyword, maybe, object } from './fields.js';

export const user = object({
  id: maybe(z.union([keyword, z.int()])),
  domain: maybe(keyword),
  email: maybe(keyword),
  username: maybe(keyword),
});
