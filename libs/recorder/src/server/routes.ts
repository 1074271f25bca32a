import type { IncomingMessage, ServerResponse } from 'node:http';
import { drain } from '../protocol/body.js';
import type { Ledger } from '../record/ledger.js';
import { refusal } from '../protocol/problem.js';
import { Stream, type StreamResult } from './stream.js';

/**
 * The version of the APM Server that the recorder reports. For versions from 8.0 on, agents send no unsampled transactions
 * (elastic/apm SAMP:73). For versions from 8.7.1 on, the Node agent sends activation_method. No known agent needs version 9.
 */
const SERVER_VERSION = '8.19.0';

/** The maximum number of errors that the server lists in a response (apm-data, result.go). */
const NAMED_ERRORS = 5;

const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

function answer(
  response: ServerResponse,
  { accepted, errors }: StreamResult,
  wordy: boolean,
): void {
  if (errors.length > 0) {
    const body = { accepted, errors: errors.slice(0, NAMED_ERRORS) };
    json(response, 400, body, { connection: 'close' });
  } else if (wordy) {
    json(response, 202, { accepted });
  } else {
    response.writeHead(202).end();
  }
}

/** Responds like the APM Server to intake, server information and central configuration requests. */
export function routes(
  ledger: Ledger,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let streams = 0;

  const intake = async (request: IncomingMessage, response: ServerResponse, wordy: boolean) => {
    const result = await new Stream(ledger, ++streams).read(request);
    answer(response, result, wordy);
    await drain(request);
  };

  return async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://recorder');
    const route = `${request.method ?? ''} ${pathname}`;
    switch (route) {
      case 'POST /intake/v2/events':
        await intake(request, response, searchParams.has('verbose'));
        return;
      case 'GET /':
        json(response, 200, {
          version: SERVER_VERSION,
          build_date: '2025-07-29T00:00:00Z',
          build_sha: '0'.repeat(40),
          publish_ready: true,
        });
        return;
      case 'GET /config/v1/agents':
      case 'POST /config/v1/agents':
        // There is no new configuration. The agent asks again after five minutes.
        response.writeHead(304, { etag: '"-"', 'cache-control': 'max-age=300, must-revalidate' });
        response.end();
        break;
      default: {
        const where = { stream: 0, line: null, serviceName: null, document: '' };
        ledger.addProblem({
          ...where,
          ...refusal('route', `${route} is not a route of intake v2`),
        });
        json(response, 404, { error: '404 page not found' });
      }
    }
    await drain(request);
  };
}
