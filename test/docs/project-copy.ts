// A copy of the project in which the commands of a document are run.
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../free-port.ts';
import type { Step } from './commands.ts';

const root = join(import.meta.dirname, '../..');
const LEFT_OUT = new Set([
  'node_modules',
  '.git',
  'dist',
  '.scorestream',
  'inbox',
  '.cache',
  'results',
  'models',
]);
const DEADLINE_MS = 60_000;

/** Fails unless what was printed is what the document shows; both have ports and names of their own left out. */
export type Compare = (printed: string, shown: string) => void;

/** The project as a newcomer has it, but for what is installed already. */
export interface ProjectCopy {
  readonly dir: string;
  /** Runs a command and compares what it prints. `npm start` goes on until the next one, or the end. */
  check(step: Step, compare: Compare): Promise<void>;
  remove(): Promise<void>;
}

/** Copies the project to a folder of its own. */
export async function copyProject(): Promise<ProjectCopy> {
  const dir = await mkdtemp(join(tmpdir(), 'scorestream-docs-'));
  await cp(root, dir, { recursive: true, filter: (path) => !LEFT_OUT.has(relative(root, path)) });
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'));
  const ports = [await freePort(), await freePort()] as const;
  const normalise = (text: string): string => withoutChance(withPorts(text, ports));
  let serve: Serve | undefined;
  return {
    dir,
    async check({ command, output, served }, compare) {
      if (/^npm start\b/.test(command)) {
        await serve?.end();
        serve = startServe(dir, command, ports);
        const banner = normalise(output).trim();
        await serve.until((said) => said.includes('inbox/\n'), 'the banner');
        const said = normalise(serve.said());
        compare(said.slice(said.indexOf(banner.split('\n', 1)[0] ?? '')).trim(), banner);
        return;
      }
      const { stdout } = await promisify(execFile)('bash', ['-c', withPorts(command, ports)], { cwd: dir });
      compare(normalise(stdout).trimEnd(), normalise(output).trimEnd());
      if (served === undefined) return;
      await serve?.until((said) => said.includes('Scored '), 'the file to be scored');
      const line = /^Scored .*/m.exec(normalise(serve?.said() ?? ''))?.[0] ?? '';
      compare(line, normalise(served).trim());
    },
    async remove() {
      await serve?.end();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

interface Serve {
  said(): string;
  until(holds: (said: string) => boolean, what: string): Promise<void>;
  end(): Promise<void>;
}

/** Starts it as the document says, on other ports: those of the document may be taken here. */
function startServe(dir: string, command: string, [port, scorePort]: readonly [number, number]): Serve {
  const flags = `--port ${port} --score-port ${scorePort}`;
  const child: ChildProcess = spawn(
    'bash',
    ['-c', `exec ${command}${command.includes(' -- ') ? '' : ' --'} ${flags}`],
    { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return {
    said: () => text,
    async until(holds, what) {
      const deadline = Date.now() + DEADLINE_MS;
      while (!holds(text)) {
        assert.ok(
          Date.now() < deadline && child.exitCode === null,
          `waited for ${what} in vain; ${command} said:\n${text}`,
        );
        await delay(50);
      }
    },
    async end() {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      process.kill(-child.pid, 'SIGINT');
      await once(child, 'exit');
    },
  };
}

/** What differs from run to run is told apart by its shape alone. */
function withoutChance(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\b\d{19}\b/g, '<generation>')
    .replace(/^[0-9a-f]{12}(?= )|\b[0-9a-f]{32}$/gm, '<job>');
}

function withPorts(text: string, ports: readonly [number, number]): string {
  return text.replace(/localhost:808([01])/g, (_, digit: string) => `localhost:${ports[Number(digit)]}`);
}
