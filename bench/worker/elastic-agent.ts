/** Loaded first, as the agent requires. Starts it as a service would, but it sends nothing. */
import apm from 'elastic-apm-node';

apm.start();

/**
 * With `disableSend`, the agent assumes a server that stores unsampled transactions (elastic-apm-node,
 * lib/apm-client/noop-apm-client.js), and builds each of them; APM Server has dropped them since 8.0, and the agent then builds none.
 */
const client: unknown = Reflect.get(apm, '_apmClient');
const CAPABILITY = 'supportsKeepingUnsampledTransaction';
if (typeof client !== 'object' || client === null || !(CAPABILITY in client)) {
  throw new Error(
    'This version of elastic-apm-node has another client: unsampled traces would be measured wrongly.',
  );
}
Reflect.set(client, CAPABILITY, () => false);
