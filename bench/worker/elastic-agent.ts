/** Loaded first, as the agent demands: starts it as a service would, with what it records going nowhere. */
import apm from 'elastic-apm-node';

apm.start();

/**
 * With `disableSend`, the agent believes in a server that keeps unsampled transactions (elastic-apm-node,
 * lib/apm-client/noop-apm-client.js), and builds each of them; APM Server has dropped them since 8.0, and the agent then builds none.
 */
const client: unknown = Reflect.get(apm, '_apmClient');
const QUESTION = 'supportsKeepingUnsampledTransaction';
if (typeof client !== 'object' || client === null || !(QUESTION in client)) {
  throw new Error(
    'This version of elastic-apm-node has another client: unsampled traces would be measured wrongly.',
  );
}
Reflect.set(client, QUESTION, () => false);
