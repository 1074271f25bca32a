/** A lease that a test waits for, in milliseconds. */
export const SHORT = 150;
/** A time that no test lives to see, in milliseconds. */
export const LONG = 3_600_000;
