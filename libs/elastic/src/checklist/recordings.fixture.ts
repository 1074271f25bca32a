import type { Outgoing, Sending } from 'throughline/tracing';
import type { SentSpan, SentTransaction } from '../intake/server.fixture.js';
import {
  done,
  record,
  run,
  sqsMessage,
  type Recording,
  type RecordOptions,
} from '../recording/recording.fixture.js';

/*
 * The tests of this folder check Elastic's specification for agents (elastic/apm, specs/agents) row by row. The rows are those of
 * the project's table of facts, which names file and line. What the agent sends also passes the checks of ../intake.
 */

/** Provides a recording for a test, and stops it afterwards. */
export function recordings(
  afterEach: (cleanUp: () => Promise<void>) => void,
): (options?: RecordOptions) => Promise<Recording> {
  let open: Recording | undefined;
  afterEach(async () => {
    await open?.stop();
    open = undefined;
  });
  return async (options) => (open = await record(options));
}

const only = <T>(found: readonly T[]): T => {
  const [first, ...more] = found;
  if (first === undefined || more.length > 0) throw new Error(`Sent were ${found.length}, not 1.`);
  return first;
};

export const onlyTransaction = async (recording: Recording): Promise<SentTransaction> =>
  only((await recording.sent()).transactions);

export const onlySpan = async (recording: Recording): Promise<SentSpan> =>
  only((await recording.sent()).spans);

/** Sends a message while another one is handled. */
export function sendInside({ tracer }: Recording, to: Outgoing, error?: unknown): Sending {
  const work = tracer.process(sqsMessage, run);
  const sending = work.run(() => tracer.send(to));
  sending.end(error);
  work.end(done);
  return sending;
}
