import type { TransportContext } from 'throughline/transport';

/** The context of an application without a tracer, whose health nobody reads. */
export const aContext = (name: string): TransportContext => ({
  name,
  suppress: (call) => call(),
  health: { report: () => undefined, clear: () => undefined },
});
