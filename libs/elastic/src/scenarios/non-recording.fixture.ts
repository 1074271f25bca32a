import 'elastic-apm-node/start.js';
import { createRequire } from 'node:module';
import type * as Http from 'node:http';
import { elastic } from '../elastic.js';

/* The handler of an unsampled message sends an HTTP request, which the agent instruments. */

const { createServer, get } = createRequire(import.meta.url)('node:http') as typeof Http;
const tracer = elastic({ unsampled: 'non-recording' });
const server = createServer((request, response) => {
  const { traceparent, tracestate } = request.headers;
  response.end(JSON.stringify({ traceparent, tracestate }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const port = typeof address === 'object' ? address?.port : undefined;

const ask = (): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1' }, (response) => {
      response.setEncoding('utf8').once('data', resolve);
    }).once('error', reject);
  });

const work = tracer.process(
  {
    system: 'sqs',
    destination: 'q',
    id: 'm-1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
    tracestate: 'es=s:0,other=1',
  },
  { handler: 'A.b', attempt: 1 },
);
const headers: unknown = JSON.parse(await work.run(ask));
work.end({ failed: false });
server.close();
await tracer.flush(AbortSignal.timeout(10_000));
console.log(JSON.stringify({ headers, ids: work.ids }));
