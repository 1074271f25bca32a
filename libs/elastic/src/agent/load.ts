import { isObject, loadPeer, ThroughlineError, type Peer, type Require } from '#base';
import type { Agent } from 'elastic-apm-node';

const PEER: Peer = {
  specifier: 'elastic-apm-node',
  neededBy: 'The Elastic tracer',
  alternative: 'choose another tracer',
  code: 'TL_ELASTIC_AGENT_MISSING',
};

const isAgent = (found: unknown): found is Agent =>
  isObject(found) && 'startTransaction' in found && 'isStarted' in found;

/**
 * Loads the agent with `require`. `import` is not used, because the agent is CommonJS and has one instance for the whole process.
 */
export function loadAgent(find?: Require): Agent {
  const found = loadPeer(PEER, find);
  if (isAgent(found)) return found;
  throw new ThroughlineError(
    'TL_ELASTIC_AGENT_UNKNOWN',
    `The installed ${PEER.specifier} package does not provide the Elastic agent API that Throughline expects. Install version 4.`,
  );
}
