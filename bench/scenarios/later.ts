import { tinyForTheGrown } from '../grounds/tiny.js';
import type { SampledShare } from '../grounds/traceparent.js';
import { sized, type Scenario, type Size } from '../scenario.js';

/** A scenario of tiny messages once its processes have run for some seconds. */
export const later = (size: Size, scenario: Scenario, sampled?: SampledShare): Scenario => ({
  ...scenario,
  name: `${scenario.name}, later`,
  about: `As “${scenario.name}”, 300,000 messages after 100,000 that are not measured.`,
  rounds: sized(size, 3, 1),
  open: (stage) =>
    tinyForTheGrown(stage, {
      size,
      entries: scenario.entries,
      ...(sampled !== undefined && { sampled }),
    }),
});
