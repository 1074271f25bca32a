/** The events that a transport's microservice emits. `status` uses the same two words. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- Nest wants a type with an index
export type TransportEvents = {
  connected: () => void;
  disconnected: (reason?: unknown) => void;
};
