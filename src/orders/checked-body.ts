import { BadRequestException, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';

/** Validates a request body with a schema. If the body is invalid, responds with 400 and the list of issues. */
export class CheckedBody<S extends z.ZodType> implements PipeTransform<unknown, z.output<S>> {
  constructor(private readonly schema: S) {}

  transform(value: unknown): z.output<S> {
    const { success, data, error } = this.schema.safeParse(value);
    if (success) return data;
    throw new BadRequestException(
      error.issues.map(({ path, message }) => [...path.map(String), message].join(': ')),
    );
  }
}
