import { setTimeout as wait } from 'node:timers/promises';
import { type Broker, type BrokerRecipe } from '../broker.js';
import { hireJanitor, type Janitor } from './janitor.js';
import { assertPortFree, launch, type LaunchedProcess, untilReady } from './launch.js';

const patienceMs = 20_000;

/** Starts a broker that ends with this process at the latest. `folders` are removed when this process ends. */
export async function startChildBroker(
  recipe: BrokerRecipe,
  folders: readonly string[],
): Promise<Broker> {
  const broker = new ChildBroker(recipe, hireJanitor(folders));
  await broker.restart();
  return broker;
}

class ChildBroker implements Broker {
  readonly #recipe: BrokerRecipe;
  readonly #janitor: Janitor;
  #running: LaunchedProcess | undefined;

  constructor(recipe: BrokerRecipe, janitor: Janitor) {
    this.#recipe = recipe;
    this.#janitor = janitor;
  }

  get address(): string {
    return this.#recipe.address;
  }

  get port(): number {
    return this.#recipe.port;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  get logFile(): string {
    return this.#recipe.logFile;
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    running.child.kill('SIGTERM');
    // A halted process handles no other signal until it continues.
    running.child.kill('SIGCONT');
    const late = new AbortController();
    await Promise.race([
      running.exited,
      wait(patienceMs, undefined, { signal: late.signal }).catch(() => undefined),
    ]);
    late.abort();
    await this.kill();
  }

  async kill(): Promise<void> {
    this.#running?.child.kill('SIGKILL');
    await this.#running?.exited;
  }

  pause(): void {
    this.#running?.child.kill('SIGSTOP');
  }

  resume(): void {
    this.#running?.child.kill('SIGCONT');
  }

  async restart(): Promise<void> {
    await this.stop();
    await assertPortFree(this.#recipe);
    const launched = launch(this.#recipe);
    this.#running = launched;
    this.#janitor.watch(launched.pid);
    void launched.exited.then(() => {
      this.#forget(launched);
    });
    try {
      await untilReady(this.#recipe, { exited: launched.exited });
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  #forget(launched: LaunchedProcess): void {
    if (this.#running !== launched) return;
    this.#running = undefined;
    this.#janitor.watch(undefined);
  }
}
