import { parseTraceparent, type Sending, type Tracer, type Work } from 'throughline/tracing';

/** Watches the contexts that a tracer has written. */
export interface WatchedTracer {
  readonly tracer: Tracer;
  /** Returns the missing parents of sent messages: those that are marked as sampled, but are neither reported nor in progress. */
  readonly orphaned: (reported: ReadonlySet<string>) => readonly string[];
}

/** Calls `onEnd` at each call of `end`. All other calls are unchanged. */
const watching = <T extends Work | Sending>(handle: T, onEnd: () => void): T =>
  new Proxy(handle, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        if (name === 'end') onEnd();
        return Reflect.apply(value, target, given);
      };
    },
  });

export function watchedTracer(tracer: Tracer): WatchedTracer {
  const open = new Set<Work>();
  const injected = new Set<string>();

  const inProgress = (work: Work): Work => {
    open.add(work);
    return watching(work, () => open.delete(work));
  };
  const onItsWay = (sending: Sending): Sending =>
    watching(sending, () => {
      const parent = parseTraceparent(sending.traceparent ?? '');
      if (parent?.flags === 1) injected.add(parent.parentId);
    });

  return {
    tracer: {
      ...tracer,
      process: (message, run) => inProgress(tracer.process(message, run)),
      processBatch: (messages, run) => inProgress(tracer.processBatch(messages, run)),
      send: (to) => onItsWay(tracer.send(to)),
    },
    orphaned: (reported) => {
      const unfinished = new Set([...open].map(({ ids }) => ids?.spanId));
      return [...injected].filter((id) => !reported.has(id) && !unfinished.has(id));
    },
  };
}
