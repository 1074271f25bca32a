import { combined, ThroughlineError } from '#base';
import {
  channelText,
  type AnyChannel,
  type Connection,
  type Transport,
  type TransportContext,
} from 'throughline/transport';

/** A transport of the application, and its connection. */
export interface OpenTransport {
  readonly transport: Transport;
  readonly connection: Connection;
}

/** Returns the name of a transport as logs and errors show it. */
export const transportText = ({ name, systems }: Transport): string =>
  name ?? systems.join(' and ');

/** Returns the names by which Nest and channels refer to a transport. */
export const addressesOf = ({ name, systems }: Transport): readonly string[] =>
  name === undefined ? systems : [name];

/**
 * Returns errors for transports that serve the same channels, or the same handlers of Nest patterns. Without this check, one of
 * these transports would never receive a message, and no error would show that.
 */
export function transportErrors(transports: readonly Transport[]): readonly ThroughlineError[] {
  const addresses = transports.flatMap(addressesOf);
  const doubles = [...new Set(addresses.filter((one, at) => addresses.indexOf(one) !== at))];
  const claiming = transports.filter(({ nestPatterns }) => nestPatterns === true);
  return [
    ...doubles.map((address) => duplicate(address, transports)),
    ...(claiming.length > 1
      ? [
          new ThroughlineError(
            'TL_TRANSPORT_DUPLICATE',
            `${claiming.map(transportText).join(' and ')} set nestPatterns: true, but only one transport may set it. That transport serves ` +
              'the handlers whose @EventPattern names no transport. Keep nestPatterns: true on one of these transports. For handlers on the ' +
              "other transports, pass the transport's symbol as the second argument of the decorator: @EventPattern('orders', transportSymbol(name)).",
          ),
        ]
      : []),
  ];
}

/** @param address a name, or a system whose channels unnamed transports serve */
const duplicate = (address: string, transports: readonly Transport[]): ThroughlineError =>
  new ThroughlineError(
    'TL_TRANSPORT_DUPLICATE',
    `${sharedAddress(address, transports)} Give all but one of these transports a different name (name: 'audit'), and set that name ` +
      "in their channels (transport: 'audit').",
  );

function sharedAddress(address: string, transports: readonly Transport[]): string {
  const sharing = transports.filter((transport) => addressesOf(transport).includes(address));
  const named = sharing.filter(({ name }) => name !== undefined);
  if (named.length === 0)
    return `Several transports without a name serve the channels of ${address}.`;
  if (named.length === sharing.length) return `Several transports have the name "${address}".`;
  return `The name "${address}" already stands for the transport without a name that serves the channels of ${address}.`;
}

/** The application's transports. This class finds the transport that serves a channel. */
export class Transports {
  readonly all: readonly OpenTransport[];

  constructor(all: readonly OpenTransport[]) {
    this.all = all;
  }

  /**
   * Opens all transports. If one cannot be opened, closes the others.
   *
   * @param known errors that are reported with those of the transports
   * @throws ThroughlineError `TL_TRANSPORT_DUPLICATE`, an error in a transport's options, or `TL_START_REFUSED` if there are
   * several errors
   */
  static async open(
    transports: readonly Transport[],
    context: TransportContext,
    known: readonly ThroughlineError[] = [],
  ): Promise<Transports> {
    const openings = await Promise.allSettled(
      transports.map(async (transport) => ({
        transport,
        connection: await transport.open(context),
      })),
    );
    const opened = openings.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = openings.filter((one) => one.status === 'rejected');
    const refused = failed.flatMap(({ reason }) =>
      reason instanceof ThroughlineError ? [reason] : [],
    );
    const errors = [...known, ...transportErrors(transports), ...refused];
    if (errors.length === 0 && failed.length === 0) return new Transports(opened);
    await Promise.allSettled(opened.map(({ connection }) => connection.close()));
    const unexpected = failed.find(({ reason }) => !(reason instanceof ThroughlineError));
    if (unexpected !== undefined) throw unexpected.reason;
    throw combined(errors);
  }

  /** Returns the connection that serves the channel, or `undefined` if there is none. */
  find({ system, transport: name }: AnyChannel): Connection | undefined {
    return this.all.find(
      ({ transport }) => transport.systems.includes(system.name) && transport.name === name,
    )?.connection;
  }

  /** @throws ThroughlineError `TL_TRANSPORT_MISSING` */
  of(channel: AnyChannel): Connection {
    const connection = this.find(channel);
    if (connection !== undefined) return connection;
    throw nothingCarries(channel);
  }

  /** Returns an error if no transport serves the channel. `usedBy` is the subject of the error: it says what uses the channel. */
  errorsOf(channel: AnyChannel, usedBy: string): readonly ThroughlineError[] {
    return this.find(channel) === undefined ? [nothingCarries(channel, usedBy)] : [];
  }
}

function nothingCarries(channel: AnyChannel, usedBy?: string): ThroughlineError {
  const { system, transport } = channel;
  const subject =
    usedBy === undefined
      ? `No transport serves ${channelText(channel)}`
      : `${usedBy} uses ${channelText(channel)}, but no transport serves it`;
  const wanted =
    transport === undefined ? system.setup : `${system.setup}, with name: '${transport}',`;
  return new ThroughlineError(
    'TL_TRANSPORT_MISSING',
    `${subject}. Add ${wanted} to the transports of ThroughlineModule.forRoot.`,
  );
}
