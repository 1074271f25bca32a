import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';

/** The API key of a fetch request (kafka.apache.org/protocol, "Api Keys"). It follows the request's size. */
const FETCH = 1;
const API_KEY_AT = 4;

const isFetch = (bytes: unknown): boolean =>
  Buffer.isBuffer(bytes) &&
  bytes.length > API_KEY_AT + 1 &&
  bytes[API_KEY_AT] === 0 &&
  bytes[API_KEY_AT + 1] === FETCH;

const isSocket = (message: unknown): message is { readonly socket: Socket } =>
  typeof message === 'object' &&
  message !== null &&
  'socket' in message &&
  message.socket instanceof Socket;

/** Calls `seen` when this process first fetches from a Kafka broker, with any client. After that, nothing is watched. */
export function onFirstFetch(seen: () => void): void {
  const watched = new Set<Socket>();
  let hasEnded = false;
  const watch = (message: unknown): void => {
    if (!isSocket(message)) return;
    const { socket } = message;
    // Not earlier, because a socket that begins to connect restores its own `write` (node, lib/net.js, Socket.prototype.connect).
    socket.once('connect', () => {
      if (!hasEnded) wrap(socket);
    });
  };
  const wrap = (socket: Socket): void => {
    const write = socket.write.bind(socket);
    watched.add(socket);
    const watching: { write?: unknown } = socket;
    watching.write = (...args: Parameters<typeof write>) => {
      if (isFetch(args[0])) end();
      return write(...args);
    };
  };
  const end = (): void => {
    hasEnded = true;
    unsubscribe('net.client.socket', watch);
    // The socket's own property hides the method of its prototype.
    for (const socket of watched) Reflect.deleteProperty(socket, 'write');
    watched.clear();
    seen();
  };
  subscribe('net.client.socket', watch);
}
