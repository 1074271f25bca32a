import { z } from 'zod';

/** A request, or an entry of a batch, that the server refused. */
export interface Refusal {
  readonly operation: string;
  /** SQS' error code: `QueueDoesNotExist`, `InvalidAttributeValue` … */
  readonly code: string;
}

const Answer = z.object({
  __type: z.string().optional(),
  Failed: z.array(z.object({ Id: z.string(), Code: z.string() })).default([]),
  Messages: z.array(z.object({ ReceiptHandle: z.string() })).default([]),
});

/** The parts of a response that are used here. */
export type Answer = z.output<typeof Answer>;

/** Reads a response of the JSON protocol. Any other document has no error code. */
export function readAnswer(text: string): Answer {
  try {
    return Answer.parse(JSON.parse(text));
  } catch {
    return { Failed: [], Messages: [] };
  }
}

/** What the server refused: all of the request, or entries of a batch that was answered with 200. */
export function refusalsOf(
  operation: string,
  status: number,
  { __type, Failed }: Answer,
): readonly (Refusal & {
  /** The entry's id. `undefined`: all of the request was refused. */
  readonly id: string | undefined;
})[] {
  if (status < 400) return Failed.map(({ Id, Code }) => ({ operation, code: Code, id: Id }));
  return [{ operation, code: __type?.split('#').at(-1) ?? String(status), id: undefined }];
}
