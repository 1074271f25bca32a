import { parseArgs } from 'node:util';

/** The command-line arguments of the demo. */
export interface Wishes {
  readonly orders: number;
  /** Whether the demo exits after it has placed the orders. */
  readonly once: boolean;
  /** Whether the demo prints only one JSON document on standard output. If so, it also exits after the orders. */
  readonly json: boolean;
}

const USAGE = `Usage: npm run demo -- [--orders N] [--once] [--json]

  --orders N   how many orders to place (default 5)
  --once       exit after the orders instead of serving further requests
  --json       print one JSON document instead of trees, then exit (npm run --silent demo -- --json)`;

const MAX_ORDERS = 10_000;

/** Reads the command-line arguments. Ends the process with an error message if they are wrong. */
export function wishesOrExit(args: string[]): Wishes {
  try {
    const { values } = parseArgs({
      args,
      options: {
        orders: { type: 'string', default: '5' },
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const orders = Number(values.orders);
    if (!Number.isInteger(orders) || orders < 1 || orders > MAX_ORDERS) {
      throw new Error(
        `--orders must be an integer from 1 to ${MAX_ORDERS}, but is "${values.orders}".`,
      );
    }
    return { orders, once: values.once, json: values.json };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}
