import type { ThroughlineHealth } from 'throughline';
import type { SendReport } from './reports.js';

const INTERVAL_MS = 500;

/** Reports the subjects of the problems that health knows of to the harness, whenever they change. */
export function reportTroubles(health: ThroughlineHealth, sendReport: SendReport): void {
  let reported = '';
  const report = (): void => {
    const who = health.troubles.map((trouble) => trouble.who);
    if (who.join() === reported) return;
    reported = who.join();
    void sendReport({ kind: 'troubles', who });
  };
  setInterval(report, INTERVAL_MS).unref();
}
