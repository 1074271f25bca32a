import type { HealthReports } from 'throughline/transport';

/** Records the current reports. */
export function fakeHealth(): {
  readonly health: HealthReports;
  readonly troubles: Map<string, string>;
} {
  const troubles = new Map<string, string>();
  const health: HealthReports = {
    report: (who, what) => void troubles.set(who, what),
    clear: (who) => void troubles.delete(who),
  };
  return { health, troubles };
}
