/** Passes a value of a wrong type, as callers in plain JavaScript can. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- it is the type that the compiler expects
export const plainJavaScript = <T>(value: unknown): T => value as T;
