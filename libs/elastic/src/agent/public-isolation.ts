import { AsyncResource } from 'node:async_hooks';
import type { Agent } from 'elastic-apm-node';
import type { Isolation } from './isolation.js';

const NAME = 'throughline';

/**
 * An isolation that uses the agent's public calls, for versions that lack the private ones. `startTransaction` and `startSpan`
 * make current what they open, so each of them runs in its own async scope. This costs about 6 us more per message than the
 * private calls. A handler sees the stores of other AsyncLocalStorages as they were when its transaction was opened.
 */
export function publicIsolation(agent: Agent): Isolation {
  // The tracer is created at start, when no transaction is current. No transaction is therefore ever current in this scope.
  const nothing = new AsyncResource(NAME);
  return {
    open: (name, type, options) =>
      nothing.runInAsyncScope(() =>
        new AsyncResource(NAME).runInAsyncScope(() => {
          const transaction = agent.startTransaction(name, type, options);
          // A scope keeps what was current when it was created (Node 24). It does not see what becomes current in it later.
          const entered = new AsyncResource(NAME);
          return { transaction, run: (work) => entered.runInAsyncScope(work) };
        }),
      ),
    child: (transaction, { name, type, subtype, action }) =>
      new AsyncResource(NAME).runInAsyncScope(() =>
        transaction.startSpan(name, type, subtype, action, { exitSpan: true }),
      ),
    outside: (work) => nothing.runInAsyncScope(work),
  };
}
