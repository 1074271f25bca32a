import { ThroughlineError } from '#base';
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

/** What logs and errors call a transport. */
export const transportText = ({ name, systems }: Transport): string =>
  name ?? systems.join(' and ');

/** The names by which Nest and channels address a transport. */
export const addressesOf = ({ name, systems }: Transport): readonly string[] =>
  name === undefined ? systems : [name];

/**
 * Two transports that would carry the same channels: everything of one would be lost in silence.
 */
export function transportErrors(transports: readonly Transport[]): readonly ThroughlineError[] {
  const addresses = transports.flatMap(addressesOf);
  const doubles = [...new Set(addresses.filter((one, at) => addresses.indexOf(one) !== at))];
  const claiming = transports.filter(({ nestPatterns }) => nestPatterns === true);
  return [
    ...doubles.map(
      (name) =>
        new ThroughlineError(
          'TL_TRANSPORT_DUPLICATE',
          `Two transports are called "${name}", or carry its channels without a name: give all but one a name of its own ` +
            "(name: 'audit'), and name it in its channels (transport: 'audit').",
        ),
    ),
    ...(claiming.length > 1
      ? [
          new ThroughlineError(
            'TL_TRANSPORT_DUPLICATE',
            `${claiming.map(transportText).join(' and ')} both say nestPatterns: true, and a pattern belongs to one transport: ` +
              'leave it to one of them, and name the transport in the patterns of the other: @EventPattern(name, symbol).',
          ),
        ]
      : []),
  ];
}

/** The application's transports: which of them carries a channel. */
export class Transports {
  readonly all: readonly OpenTransport[];

  constructor(all: readonly OpenTransport[]) {
    this.all = all;
  }

  /**
   * Opens all of them. Where one cannot be opened, those that can are closed again.
   *
   * @throws ThroughlineError `TL_TRANSPORT_DUPLICATE`, and what a transport refuses in its options
   */
  static async open(
    transports: readonly Transport[],
    context: TransportContext,
  ): Promise<Transports> {
    const [error] = transportErrors(transports);
    if (error !== undefined) throw error;
    const openings = await Promise.allSettled(
      transports.map(async (transport) => ({
        transport,
        connection: await transport.open(context),
      })),
    );
    const opened = openings.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = openings.find((one) => one.status === 'rejected');
    if (failed === undefined) return new Transports(opened);
    await Promise.allSettled(opened.map(({ connection }) => connection.close()));
    throw failed.reason;
  }

  /** The connection that carries the channel; `undefined` where nothing does. */
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

  /** What is wrong with a channel: that nothing carries it. */
  errorsOf(channel: AnyChannel, usedBy: string): readonly ThroughlineError[] {
    return this.find(channel) === undefined ? [nothingCarries(channel, usedBy)] : [];
  }
}

function nothingCarries(channel: AnyChannel, usedBy?: string): ThroughlineError {
  const { system, transport } = channel;
  const subject =
    usedBy === undefined
      ? `Nothing carries ${channelText(channel)}`
      : `${usedBy} uses ${channelText(channel)}, and nothing carries it`;
  const wanted =
    transport === undefined ? system.setup : `${system.setup}, with name: '${transport}',`;
  return new ThroughlineError(
    'TL_TRANSPORT_MISSING',
    `${subject}: add ${wanted} to the transports of ThroughlineModule.forRoot.`,
  );
}
