export type {
  ChannelOptions,
  HandlerWishes,
  OpenTransport,
  RawChannel,
  RawMessage,
  SubjectApi,
  TransportErrorCodes,
  TransportFeatures,
  TransportSubject,
} from './contract.js';
export type { Item } from './fixture/item.js';
export { describeTransport } from './describe-transport.js';
