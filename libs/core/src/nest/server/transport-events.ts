/** The events that the microservice of a transport emits. The names of the events are also the values of its `status`. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- Nest wants a type with an index
export type TransportEvents = {
  connected: () => void;
  disconnected: (reason?: unknown) => void;
};
