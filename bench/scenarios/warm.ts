import { warmTinyMessages } from '../data-sets/tiny-messages.js';
import type { SampledShare } from '../data-sets/traceparent.js';
import { sized, type Scenario, type Size } from '../scenario.js';

/** What differs between a scenario and its warm variant. */
type WarmVariant = Pick<Scenario, 'about' | 'open'> & Partial<Pick<Scenario, 'entries' | 'rounds'>>;

/** The warm variant of a scenario, whose processes have run for some seconds: the cost of a service that runs for days. */
export const warm = (scenario: Scenario, variant: WarmVariant): Scenario => ({
  ...scenario,
  ...variant,
  name: `${scenario.name}, warm`,
});

/** The warm variant of a scenario with tiny messages. */
export const warmTiny = (size: Size, scenario: Scenario, sampled?: SampledShare): Scenario =>
  warm(scenario, {
    about: `Same as “${scenario.name}”, but measures 300,000 messages after a warm-up of 100,000.`,
    rounds: sized(size, 3, 1),
    open: (environment) =>
      warmTinyMessages(environment, {
        size,
        entries: scenario.entries,
        ...(sampled !== undefined && { sampled }),
      }),
  });
