/** Kafka's name for how long a topic keeps its records, in milliseconds; -1 is for ever. */
export const RETENTION = 'retention.ms';

/** What a topic's settings say of it; nothing said is for ever, as in a broker that removes nothing. */
export function retentionOf(config: Readonly<Record<string, string>>): number | undefined {
  const kept = Number(config[RETENTION] ?? -1);
  return kept < 0 ? undefined : kept;
}
