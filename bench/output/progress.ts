import type { Outcome } from '../figures/sample.js';
import type { ProgressListener } from '../harness/run-scenario.js';
import type { Entry, Scenario } from '../scenario.js';
import { figure } from './figures.js';

/** A stream such as standard error. */
interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const whoOf = (scenario: Scenario, round: number, entry: Entry): string =>
  `${scenario.name}, round ${round + 1} of ${scenario.rounds}: ${entry.title}`;

const resultOf = (outcome: Outcome): string =>
  'problem' in outcome
    ? outcome.problem
    : `${figure(outcome.sample.perSecond)}/s, ${figure(outcome.sample.cpuMicros)} µs`;

/** Prints the running candidate and its result. In a terminal, the result replaces the candidate's line. Elsewhere, only results are printed. */
export function progressOn(screen: Screen): ProgressListener {
  const isTerminal = screen.isTTY === true;
  return {
    begins: (scenario, round, entry) => {
      if (isTerminal) screen.write(`${whoOf(scenario, round, entry)} …`);
    },
    ended: (scenario, round, entry, outcome) => {
      const line = `${whoOf(scenario, round, entry)}  ${resultOf(outcome)}\n`;
      screen.write(isTerminal ? `\r\u001B[K${line}` : line);
    },
  };
}
