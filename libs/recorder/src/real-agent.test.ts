import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { startRecorder } from './recorder.js';

/** What a service does: a transaction that continues a trace and has a link, spans below it, an error, metrics. */
const program = `
  const { default: apm } = await import('elastic-apm-node');
  apm.start({
    serverUrl: process.argv[1], serviceName: 'orders', metricsInterval: '1s', logLevel: 'error',
    apiRequestTime: '1s', captureExceptions: false, spanCompressionEnabled: false,
  });
  const other = '00-' + '1'.repeat(32) + '-' + '2'.repeat(16) + '-01';
  const first = apm.startTransaction('POST /orders', 'request');
  const sending = apm.startSpan('SQS SEND to q', 'messaging', 'sqs', 'send', { exitSpan: true });
  sending.setServiceTarget('sqs', 'q');
  sending.end();
  first.setOutcome('success');
  first.end();
  const second = apm.startTransaction('SQS RECEIVE from q', 'messaging', {
    childOf: sending.traceparent, links: [{ context: other }],
  });
  second.addLabels({ handler: 'OrderProcessor.process', attempt: 2 }, false);
  second.setOutcome('failure');
  apm.startSpan('work').end();
  apm.captureError(new TypeError('boom'), { parent: second });
  second.end();
  process.once('message', () => apm.flush(() => process.exit(0)));
  process.send('ready');
  apm.flush();
`;

describe('elastic-apm-node', () => {
  it('sends nothing that the recorder finds wrong', async () => {
    const recorder = await startRecorder();
    const args = ['--input-type=module', '-e', program, recorder.url];
    const agent = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    try {
      const signal = AbortSignal.timeout(20_000);
      const seen = await recorder.waitFor(
        ({ transactions, spans, errors, metricsets }) =>
          transactions.length >= 2 &&
          spans.length >= 2 &&
          errors.length >= 1 &&
          metricsets.length >= 1,
        { signal },
      );

      expect(seen.problems).toEqual([]);
      expect(recorder.orphans()).toEqual([]);
      expect(recorder.traces()).toHaveLength(1);
      expect(seen.metadata[0]?.service.agent.version).toMatch(/^4\./);
      expect(seen.transactions).toMatchObject([
        { name: 'POST /orders', serviceName: 'orders' },
        {
          name: 'SQS RECEIVE from q',
          parent_id: seen.spans[0]?.id,
          outcome: 'failure',
          links: [{ trace_id: '1'.repeat(32), span_id: '2'.repeat(16) }],
          context: { tags: { handler: 'OrderProcessor.process', attempt: 2 } },
        },
      ]);
      expect(seen.errors).toMatchObject([{ exception: { message: 'boom', type: 'TypeError' } }]);

      const exited = once(agent, 'exit');
      agent.send('end');
      expect(await exited).toEqual([0, null]);
      expect(recorder.problems).toEqual([]);
    } finally {
      agent.kill('SIGKILL');
      await recorder.close();
    }
  });
});
