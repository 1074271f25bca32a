import { describe, expect, it } from '@jest/globals';
import { javaArgs, majorVersionOf } from './java.js';

describe('the version of Java', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_402"', 8],
    ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21" 2023-09-19', 21],
    ['The operation couldn’t be completed. Unable to locate a Java Runtime.', undefined],
  ])('in %j is %s', (printed, major) => {
    expect(majorVersionOf(printed)).toBe(major);
  });
});

describe("a broker's Java", () => {
  it('leaves its second compiler out unless it is to be thorough', () => {
    expect(javaArgs({})).toContain('-XX:TieredStopAtLevel=1');
    expect(javaArgs({ compiler: 'quick' })).toEqual(javaArgs({}));
    expect(javaArgs({ compiler: 'thorough' })).toEqual([]);
  });
});
