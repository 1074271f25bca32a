/** The events that the microservice of a transport emits. Its `status` has the names of these events as values. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- Nest wants a type with an index
export type TransportEvents = {
  connected: () => void;
  disconnected: (reason?: unknown) => void;
};
