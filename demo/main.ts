import { startRecorder } from 'throughline/recorder';
import { wishesOrExit } from './arguments.js';
import { Interruption } from './interruption.js';
import { placeOrders } from './orders.js';
import { asJson, TracePrinter } from './output.js';
import { startService, type Service } from './service.js';

const wishes = wishesOrExit(process.argv.slice(2));
const interruption = new Interruption();
const recorder = await startRecorder();
let service: Service | undefined;
let isWhole = false;
try {
  service = await startService(recorder.url, interruption.signal);
  interruption.onSecond(service.kill);
  const printer = new TracePrinter(recorder, service, process.stdout);
  if (!wishes.json) printer.welcome();
  const placed = await placeOrders(service, wishes.orders, interruption.signal);
  const traces = await printer.wholeTracesOf(placed, interruption.signal, !wishes.json);
  isWhole = traces.length === wishes.orders && recorder.problems.length === 0;
  if (wishes.json) process.stdout.write(asJson(traces));
  else printer.verdict(traces.length, wishes.orders);
  if (!wishes.once && !wishes.json) {
    printer.invitation();
    await printer.follow(interruption.signal);
  }
} catch (error) {
  if (!interruption.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    isWhole = false;
  }
} finally {
  await service?.stop();
  await recorder.close();
}
process.exit(isWhole ? 0 : 1);
