import { tinyForTheGrown } from '../grounds/tiny.js';
import type { SampledShare } from '../grounds/traceparent.js';
import { sized, type Scenario, type Size } from '../scenario.js';

/** What a scenario is once its processes are no longer young. */
type Grown = Pick<Scenario, 'about' | 'open'> & Partial<Pick<Scenario, 'entries' | 'rounds'>>;

/** A scenario once its processes have been at work for some seconds: what a service costs that runs for days. */
export const later = (scenario: Scenario, grown: Grown): Scenario => ({
  ...scenario,
  ...grown,
  name: `${scenario.name}, later`,
});

/** The same of a scenario of tiny messages. */
export const tinyLater = (size: Size, scenario: Scenario, sampled?: SampledShare): Scenario =>
  later(scenario, {
    about: `As “${scenario.name}”, 300,000 messages after 100,000 that are not measured.`,
    rounds: sized(size, 3, 1),
    open: (stage) =>
      tinyForTheGrown(stage, {
        size,
        entries: scenario.entries,
        ...(sampled !== undefined && { sampled }),
      }),
  });
