/** A public function that takes options. */
export interface Row {
  readonly of: string;
  /** The exported types whose members are this function's options. */
  readonly types?: readonly string[];
  /** Calls the function. What it opens it closes. Throws or rejects if the options are refused. */
  readonly call: (options: never) => unknown;
  /** Options that are accepted, all of them except those that exclude another. */
  readonly valid: object;
  /** The wrong values of every option. A nested option has a dotted path. */
  readonly wrong: Readonly<Record<string, readonly unknown[]>>;
  /** The codes of options whose errors have a code of their own. */
  readonly codes?: Readonly<Record<string, string>>;
  /** The options are the function's parameters, so that there is no object, and no unknown option. */
  readonly takesParameters?: true;
}
