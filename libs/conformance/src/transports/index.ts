export type {
  ChannelOptions,
  OpenTransport,
  RawChannel,
  RawMessage,
  TransportFeatures,
  TransportSubject,
} from './contract.js';
export { describeTransport } from './describe-transport.js';
