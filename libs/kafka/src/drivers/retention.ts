/** The name of Kafka's setting for how long a topic keeps its records, in milliseconds. A value of -1 means forever. */
export const RETENTION = 'retention.ms';

/**
 * Returns how long a topic keeps its records, according to its settings. `undefined` means forever, which is the default of the
 * in-memory broker.
 */
export function retentionOf(config: Readonly<Record<string, string>>): number | undefined {
  const kept = Number(config[RETENTION] ?? -1);
  return kept < 0 ? undefined : kept;
}
