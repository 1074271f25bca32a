import { BadRequestException, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';

/** Validates a request body with a schema. Responds with 400 and the list of issues if it is invalid. */
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
