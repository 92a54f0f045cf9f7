import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { ScorerError } from '../src/errors.ts';
import { PROJECT_DIR } from './settings.ts';

/** A line that a function logs. */
export type LogLine = Readonly<Record<string, unknown>>;

/** How to start a function. */
export interface FunctionOptions {
  readonly target: 'predict' | 'score';
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Gets each JSON line that the function logs. */
  onLog(line: LogLine): void;
}

/** A function served by the functions framework in a process of its own. */
export interface FunctionProcess {
  /** Resolves when it serves its model. @throws ScorerError with the reason when it can't */
  ready(): Promise<void>;
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>;
  /** Makes it look for another model at once. */
  refresh(): void;
  /** Lets requests under way end, then ends the process; kills it when that takes too long. */
  stop(): Promise<void>;
}

const FRAMEWORK = join(PROJECT_DIR, 'node_modules/@google-cloud/functions-framework/build/src/main.js');

/**
 * Options of Node for both functions. On a machine with much memory V8's young generation fills with garbage before it is
 * looked through; 8 MiB a semi-space keep it to 24 (`npm run bench:streaming-memory`), and less costs time.
 */
export const FUNCTION_NODE_OPTIONS: readonly string[] = ['--max-semi-space-size=8'];

/**
 * Environment of both functions. The C library would keep what large bodies took: it learns from the first that
 * such blocks are usual, and then cuts them out of its own heap, which seldom shrinks. Elsewhere it means nothing.
 */
export const FUNCTION_ENVIRONMENT: Readonly<Record<string, string>> = { MALLOC_MMAP_THRESHOLD_: '1048576' };

/** Loading the model may take as long as the function itself gives it. */
const READY_MS = 70_000;
const STOP_MS = 12_000;

/** Starts a function as Google starts it; it ends with this process, however that ends. */
export function startFunction({ target, port, environment, onLog }: FunctionOptions): FunctionProcess {
  const child = spawn(
    process.execPath,
    [
      ...FUNCTION_NODE_OPTIONS,
      `--import=${import.meta.resolve('./die-with-parent.ts')}`,
      FRAMEWORK,
      `--target=${target}`,
      `--port=${port}`,
      `--source=${join(PROJECT_DIR, 'functions/index.ts')}`,
    ],
    {
      env: {
        ...FUNCTION_ENVIRONMENT,
        ...process.env,
        ...environment,
        NODE_ENV: 'production',
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      detached: true, // Ctrl-C reaches serve alone, which stops things in their order
    },
  );
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => onLog(toLogLine(line)));
  const ended = once(child, 'exit').then(() => undefined);
  return {
    ended,
    ready: () => untilReady(child, target, port),
    refresh() {
      child.kill('SIGHUP');
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const late = delay(STOP_MS, undefined, { ref: false }).then(() => child.kill('SIGKILL'));
      await Promise.race([ended, late]);
      await ended;
    },
  };
}

function toLogLine(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine; // our own logger's
  } catch {
    return { severity: 'INFO', event: 'TEXT', message: text };
  }
}

async function untilReady(child: ChildProcess, target: string, port: number): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new ScorerError(`The function ${target} ended while it started: its output is above.`, {
        code: 'USAGE',
      });
    }
    const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
    if (answer?.status === 200) return;
    const body = (await answer?.json().catch(() => undefined)) as
      | { state?: string; error?: string }
      | undefined; // probes.ts
    if (body?.state === 'failed')
      throw new ScorerError(`The model can't be served: ${body.error}`, { code: 'USAGE' });
    await delay(25);
  }
  throw new ScorerError(`The function ${target} was not ready after ${READY_MS / 1000} s.`, {
    code: 'USAGE',
  });
}
