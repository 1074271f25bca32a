import type { AnyChannel, ChannelKind } from 'throughline/transport';

/** The channel of a plain `@EventPattern`: its name, and any JSON. */
export function anyPayload(kind: ChannelKind, name: string): AnyChannel {
  const validate = (value: unknown): { value: unknown } => ({ value });
  return { kind, name, schema: { '~standard': { version: 1, vendor: 'throughline', validate } } };
}
