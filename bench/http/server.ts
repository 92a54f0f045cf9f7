import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../test/free-port.ts';
import { CONTENDERS, type ContenderName, type Place } from './contenders.ts';
import { listTree } from './process-tree.ts';

/** A contender's server, which answers. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  /** Ends it, and what it started. */
  stop(): Promise<void>;
}

const START_MS = 60_000;
const STOP_MS = 15_000;
const SAID = 4000;

/** Starts a contender in fresh processes and waits until it can predict. @throws Error with what it printed */
export async function startContender(name: ContenderName, place: Omit<Place, 'ports'>): Promise<Server> {
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const { launch, readyPath } = CONTENDERS[name];
  const { command, words, environment = {} } = launch({ ...place, ports });
  const child = spawn(command, words, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-SAID);
    });
  }
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause) => reject(new Error(`${command} could not be started.`, { cause })));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}:\n${said}`)));
  });
  failed.catch(() => undefined); // only the start waits for it
  const url = `http://127.0.0.1:${ports[0]}`;
  try {
    await Promise.race([failed, waitFor(url + readyPath, () => said)]);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { url, pid: child.pid ?? 0, stop: () => stop(child) }; // it answers, so it has one
}

async function waitFor(url: string, said: () => string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const isReady = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    await delay(20);
  }
  throw new Error(`${url} did not answer in ${START_MS / 1000} s:\n${said()}`);
}

/** Every server here ends its workers when it is told to end; one that doesn't is ended with them. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const hard = setTimeout((pids) => pids.forEach(kill), STOP_MS, listTree(child.pid));
  await exit;
  clearTimeout(hard);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has gone
  }
}
