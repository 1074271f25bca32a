import { describe, expect, it } from '@jest/globals';
import type { Report } from '../../worker/reports.js';
import { Ledger } from './ledger.js';
import { brokenRules } from './rules.js';

const rulesBrokenBy = (...reports: readonly Report[]): readonly string[] => {
  const ledger = new Ledger();
  for (const report of reports) ledger.take('worker-1', report);
  return brokenRules(ledger);
};

const committed = (wasOurs: boolean): Report => ({
  kind: 'committed',
  partition: 0,
  offset: 1,
  wasOurs,
});
const began: Report = { kind: 'began', id: '1', attempt: 1 };
const ended: Report = { kind: 'ended', id: '1', attempt: 1 };

describe('a process', () => {
  it('must not commit a partition that it has lost', () => {
    expect(rulesBrokenBy(committed(true))).toEqual([]);
    expect(rulesBrokenBy(committed(true), committed(false))).toHaveLength(1);
  });

  it('must not run a message twice at the same time', () => {
    expect(rulesBrokenBy(began, ended, began)).toEqual([]);
    expect(rulesBrokenBy(began, began)).toHaveLength(1);
  });
});
