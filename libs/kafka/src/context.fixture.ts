import type { TransportContext } from 'throughline/transport';

/** What an application gives to its transport, without a tracer and with nobody who reads health. */
export const aContext = (name: string): TransportContext => ({
  name,
  suppress: (call) => call(),
  health: { report: () => undefined, clear: () => undefined },
});
