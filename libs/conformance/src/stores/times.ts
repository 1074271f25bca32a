/** A lease whose end a test waits for, in milliseconds. */
export const SHORT = 150;
/** A lease that outlasts every test, in milliseconds. */
export const LONG = 3_600_000;
