import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type BrokerRecipe } from '../broker.js';
import { brokerErrors } from '../broker-errors.js';
import { tailOf } from './log-tail.js';
import { isTaken } from './ports.js';

const readyWithinSeconds = 60;
const askEveryMs = 100;

/** What is needed to wait for a broker. */
export type Reached = Pick<BrokerRecipe, 'title' | 'logFile' | 'answers'>;

/** A broker's process from spawn to exit. */
export interface LaunchedProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** A description of how it ended. It never rejects. */
  readonly exited: Promise<string>;
}

/**
 * Starts the process in its own process group, so that Ctrl-C in a terminal reaches only this process. Nothing is awaited after the
 * spawn, so the caller can record the pid before any signal is handled.
 */
export function launch(recipe: BrokerRecipe): LaunchedProcess {
  const log = openSync(recipe.logFile, 'a');
  const child = spawn(recipe.command, recipe.args, { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
    });
  });
  if (child.pid === undefined)
    throw brokerErrors.diedAtStart(recipe.title, 'not started', recipe.logFile, '');
  return { child, pid: child.pid, exited };
}

/** @throws TL_BROKERS_PORT_TAKEN */
export async function assertPortFree({ title, port }: BrokerRecipe): Promise<void> {
  if (await isTaken(port)) throw brokerErrors.portTaken(title, port);
}

/**
 * Resolves when the broker answers.
 *
 * @param exited resolves when its process ends; without it, only the time limit ends the wait.
 * @throws TL_BROKERS_DIED_AT_START, TL_BROKERS_NOT_READY (60 s), and what aborted `signal`
 */
export async function untilReady(
  recipe: Reached,
  { exited, signal }: { readonly exited?: Promise<string>; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const { title, logFile } = recipe;
  let ended: string | undefined;
  void exited?.then((how) => {
    ended = how;
  });
  const deadline = performance.now() + readyWithinSeconds * 1_000;
  for (;;) {
    signal?.throwIfAborted();
    const isReady = await recipe.answers();
    if (ended !== undefined) throw brokerErrors.diedAtStart(title, ended, logFile, tailOf(logFile));
    if (isReady) return;
    if (performance.now() > deadline) {
      throw brokerErrors.notReady(title, readyWithinSeconds, logFile, tailOf(logFile));
    }
    await wait(askEveryMs);
  }
}
