import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Door } from './door.ts';
import { listTree, readEndedChildren, readMachine, readUsage } from './process-tree.ts';
import type { Server } from './server.ts';

/** What one run of wrk against one server came to. */
export interface Measurement {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The most memory that the server's processes were seen with, in MB. */
  readonly peakRssMb: number;
  readonly cpuMsPerRequest: number;
  /** Answers of another status, of another length, or none. */
  readonly wrong: number;
  /** The part of the machine's time, 0 to 1, which neither the server nor wrk had, nor was it idle. */
  readonly elsewhere: number;
}

/** How hard to load. */
export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
}

/** What load.lua prints. */
interface Printed {
  readonly requests: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly wrongStatus: number;
  readonly socketErrors: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const SAMPLE_MS = 500;

/**
 * Loads a door of a server with one thread of wrk, whose one script for everyone doesn't look at answers.
 *
 * @param answerBytes what one answer takes on the wire, headers too
 */
export async function load(
  server: Server,
  door: Door,
  { connections, seconds, answerBytes, cores }: LoadOptions & { answerBytes: number; cores: number },
): Promise<Measurement> {
  const tree = listTree(server.pid);
  const before = { usage: readUsage(tree), machine: readMachine(), ended: readEndedChildren() };
  let peak = before.usage.rssBytes;
  const sampler = setInterval(() => {
    peak = Math.max(peak, readUsage(tree).rssBytes);
  }, SAMPLE_MS);
  const printed = await runWrk(server.url, door, { connections, seconds }).finally(() =>
    clearInterval(sampler),
  );
  const after = { usage: readUsage(tree), machine: readMachine(), ended: readEndedChildren() };
  const cpuSeconds = after.usage.cpuSeconds - before.usage.cpuSeconds;
  const wrkSeconds = after.ended - before.ended;
  const { busySeconds, stolenSeconds } = after.machine;
  const machineSeconds =
    busySeconds + stolenSeconds - before.machine.busySeconds - before.machine.stolenSeconds;
  return {
    requestsPerSecond: printed.requests / printed.seconds,
    p50Ms: printed.p50Ms,
    p99Ms: printed.p99Ms,
    peakRssMb: Math.max(peak, after.usage.rssBytes) / 1e6,
    cpuMsPerRequest: (cpuSeconds * 1000) / printed.requests,
    wrong: printed.wrongStatus + printed.socketErrors + countWrongLength(printed, answerBytes, connections),
    elsewhere: Math.max(0, machineSeconds - cpuSeconds - wrkSeconds) / (printed.seconds * cores),
  };
}

/** At the end each connection may have got a part of an answer; what is beyond that came in another length. */
export function countWrongLength(
  { requests, bytes }: Pick<Printed, 'requests' | 'bytes'>,
  answerBytes: number,
  connections: number,
): number {
  const difference = Math.abs(bytes - requests * answerBytes);
  return Math.ceil(Math.max(0, difference - connections * answerBytes) / answerBytes);
}

/** Runs wrk with one thread. @throws Error when it isn't there or fails */
export async function runWrk(
  url: string,
  door: Door,
  { connections, seconds }: LoadOptions,
): Promise<Printed> {
  const script = ['-s', join(import.meta.dirname, 'load.lua'), url + door.path];
  const words = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', ...script];
  const child = spawn('wrk', [...words, '--', door.contentType, door.body], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close').catch((cause: unknown) => {
    throw new Error('wrk could not be started: install it (apt-get install wrk).', { cause });
  });
  const result = /^RESULT (.*)$/m.exec(said)?.[1];
  if (code !== 0 || result === undefined) throw new Error(`wrk failed:\n${said}`);
  return JSON.parse(result) as Printed; // printed by load.lua
}
