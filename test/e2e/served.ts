import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

const root = join(import.meta.dirname, '../..');
const MAIN = join(root, 'cli/main.ts');
const DEADLINE_MS = 60_000;

/** `scorestream serve`, started as a person would. */
export interface Served {
  readonly process: ChildProcess;
  readonly ports: readonly [number, number];
  output(): string;
  /** Waits until the output holds a text. */
  says(text: string): Promise<void>;
  /** Sends a signal and waits for the end; returns the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Runs a command of the command line to its end, with some standard input. */
export async function runCli(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input: string | Uint8Array = '',
) {
  const child = spawn(process.execPath, [MAIN, ...words], { env: { ...process.env, ...environment } });
  child.stdin.on('error', () => {}).end(input); // a command that reads none may have ended
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}

/** Starts `serve` on folders and free ports, and waits for its banner. */
export async function serveIn(
  dataDir: string,
  inboxDir: string,
  environment: Readonly<Record<string, string>> = {},
  more: readonly string[] = [],
): Promise<Served> {
  const ports = [await freePort(), await freePort()] as const;
  const flags = [
    '--data',
    dataDir,
    '--inbox',
    inboxDir,
    '--port',
    `${ports[0]}`,
    '--score-port',
    `${ports[1]}`,
    ...more,
  ];
  const child = spawn(process.execPath, [MAIN, 'serve', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const served: Served = {
    process: child,
    ports,
    output: () => output,
    says: (text) =>
      until(
        () => output.includes(text),
        () => `"${text}"; it said:\n${output}`,
      ),
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exit = once(child, 'exit');
      child.kill(signal);
      const [code] = (await exit) as [number | null];
      return code;
    },
  };
  await served.says('Ctrl-C stops it.');
  return served;
}

/** Polls until something holds; fails after a minute. */
export async function until(holds: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `waited in vain for ${what()}`);
    await delay(20);
  }
}

/** True when nothing listens on a port any more. */
export async function isClosed(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const closed = await Promise.race([
    once(socket, 'connect').then(() => false),
    once(socket, 'error').then(() => true),
  ]).catch(() => true);
  socket.destroy();
  return closed;
}
