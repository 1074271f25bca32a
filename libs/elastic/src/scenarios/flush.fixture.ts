import 'elastic-apm-node/start.js';
import { elastic } from '../elastic.js';

/* A program that only flushes. Nothing else keeps it alive in the meantime. */
const warnings: string[] = [];
const tracer = elastic({ warn: (message) => warnings.push(message) });
for (let count = 0; count < 500; count++) {
  const work = tracer.process(
    { system: 'sqs', destination: 'q', id: `m-${count}` },
    { handler: 'A.b', attempt: 1 },
  );
  work.run(() => {
    tracer.send({ system: 'kafka', destination: 't' }).end();
  });
  work.end({ failed: false });
}
const { lost } = await tracer.flush(
  AbortSignal.timeout(Number(process.env.FLUSH_WITHIN_MS ?? 10_000)),
);
console.log(JSON.stringify({ lost, warnings }));
