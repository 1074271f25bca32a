import type { Transaction } from 'elastic-apm-node';
import type { Isolation, OpenedTransaction } from './isolation.js';
import type {
  Instrumentation,
  IsolatingInstrumentation,
  PrivateAgent,
  PrivateTransaction,
} from './shapes.js';

const isIsolating = (ins: Instrumentation | undefined): ins is IsolatingInstrumentation =>
  ins?.createTransaction !== undefined &&
  ins.withRunContext !== undefined &&
  ins._runCtxMgr?.root?.().enterTrans !== undefined;

/** Returns an isolation that uses the agent's private calls, or `fallback` if this version of the agent lacks them. */
export function isolationOf(agent: PrivateAgent, fallback: Isolation): Isolation {
  const ins = agent._instrumentation;
  if (!isIsolating(ins)) return fallback;
  const adopt = (transaction: Transaction): OpenedTransaction => {
    const entered = ins._runCtxMgr.root().enterTrans(transaction);
    return { transaction, run: (work) => ins.withRunContext(entered, work) };
  };
  return {
    open: (name, type, options) => adopt(ins.createTransaction(name, type, options)),
    resume: (name, type, options) => adopt(ins.createTransaction(name, type, options)),
    adopt,
    child: (transaction: PrivateTransaction, kind) =>
      transaction.createSpan === undefined
        ? fallback.child(transaction, kind)
        : transaction.createSpan(kind.name, kind.type, kind.subtype, kind.action, {
            exitSpan: true,
          }),
    outside: (work) => ins.withRunContext(ins._runCtxMgr.root(), work),
  };
}
