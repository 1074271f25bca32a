import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** After which answer of SQS a redrive stands still: the so-manieth of this command. */
export interface Halt {
  readonly after: 'ReceiveMessageCommand' | 'SendMessageBatchCommand' | 'DeleteMessageBatchCommand';
  readonly at: number;
}

/** Redrives in a process of its own; where it is to halt, it is killed there. Answers with what it said. */
export async function redriveApart(
  endpoint: string,
  queue: string,
  halt?: Halt,
): Promise<{ readonly said: string; readonly signal: NodeJS.Signals | null }> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      resolve('tools/typescript.mjs'),
      resolve('libs/sqs/src/redrive/redriver.fixture.ts'),
    ],
    {
      env: {
        PATH: process.env.PATH,
        TEST_SQS: endpoint,
        QUEUE: queue,
        ...(halt && { HALT_AFTER: halt.after, HALT_AT: String(halt.at) }),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.includes('halted\n')) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return { said, signal: child.signalCode };
}
