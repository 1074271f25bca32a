import { z } from 'zod';

/** The settings of the process with Avro. */
export const avroSettingsSchema = z.object({
  group: z.string(),
  kafka: z.string(),
  /** The address of the schema registry. */
  registry: z.string(),
  /** Each kind of jobs has two topics: one in JSON, and one in Avro, to which the process publishes. */
  kinds: z.array(z.string()),
});

export type AvroSettings = z.infer<typeof avroSettingsSchema>;

/** The environment variable that has the settings, as JSON. */
export const AVRO_SETTINGS = 'FAULTS_AVRO_SETTINGS';

/** The topic with the jobs of a kind in JSON. */
export const jsonTopicOf = ({ group }: Pick<AvroSettings, 'group'>, kind: string): string =>
  `${group}-${kind}`;

/** The topic with the jobs of a kind in Avro. */
export const avroTopicOf = (settings: Pick<AvroSettings, 'group'>, kind: string): string =>
  `${jsonTopicOf(settings, kind)}-avro`;
