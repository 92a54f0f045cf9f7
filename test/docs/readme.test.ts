// Every command of the README is run in a copy of the project, and what it prints is compared with what is shown.
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../free-port.ts';

const root = join(import.meta.dirname, '../..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const LEFT_OUT = new Set(['node_modules', '.git', 'dist', '.scorestream', 'inbox', '.cache', 'results']);
const DEADLINE_MS = 60_000;

/** A fenced block: commands with their outputs, or what the terminal of `npm start` says. */
const blocks = [...readme.matchAll(/^```(console|text)\n(.*?)^```$/gms)].map(([, kind, text = '']) => ({
  kind,
  text,
}));
const steps = blocks.flatMap(({ kind, text }) =>
  kind === 'console'
    ? text
        .split(/^\$ /m)
        .slice(1)
        .map((part) => {
          const [command = '', ...output] = part.split('\n');
          return { command, output: output.join('\n') };
        })
    : [],
);
const serveLines = blocks
  .filter(({ kind, text }) => kind === 'text' && text.startsWith('Scored '))
  .map(({ text }) => text);

let copy = '';
let ports: readonly [number, number] = [0, 0];
let serve: ChildProcess;
let served = '';

before(async () => {
  copy = await mkdtemp(join(tmpdir(), 'scorestream-readme-'));
  await cp(root, copy, { recursive: true, filter: (path) => path === root || !LEFT_OUT.has(basename(path)) });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  ports = [await freePort(), await freePort()];
  const [port, scorePort] = ports.map(String) as [string, string];
  // the two commands of the README use fixed ports, which may be taken here
  serve = spawn('npm', ['start', '--', '--port', port, '--score-port', scorePort], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  serve.stdout?.setEncoding('utf8').on('data', (text: string) => {
    served += text;
  });
});

after(async () => {
  if (serve?.pid !== undefined && serve.exitCode === null) {
    process.kill(-serve.pid, 'SIGINT');
    await once(serve, 'exit');
  }
  await rm(copy, { recursive: true, force: true });
});

test('the README shows each command once, and the two that a newcomer needs', () => {
  const commands = steps.map(({ command }) => command);
  assert.ok(commands.includes('npm start') && commands.includes('npm test'));
  assert.ok(commands.length >= 7, `found ${commands.length} commands`);
  assert.equal(serveLines.length, 1);
});

for (const { command, output } of steps) {
  if (command === 'npm test') continue; // it is what runs this
  test(`the README's output of: ${command}`, async () => {
    if (command === 'npm start') {
      await until(() => served.includes('inbox/\n'), 'the banner');
      assert.ok(normalise(served).includes(normalise(output).trim()), served);
      return;
    }
    const { stdout } = await promisify(execFile)('bash', ['-c', withPorts(command)], { cwd: copy });
    assert.equal(normalise(stdout).trimEnd(), normalise(output).trimEnd());
    if (command.startsWith('cp ')) {
      const [line = ''] = serveLines;
      await until(() => served.includes('Scored '), 'the file to be scored');
      assert.ok(normalise(served).includes(normalise(line).trim()), served);
    }
  });
}

/** What differs from run to run is told apart by its shape alone. */
function normalise(text: string): string {
  return withPorts(text)
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\b\d{19}\b/g, '<generation>');
}

function withPorts(text: string): string {
  return text.replace(/localhost:808([01])/g, (_, digit: string) => `localhost:${ports[Number(digit)]}`);
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!holds()) {
    assert.ok(
      Date.now() < deadline && serve.exitCode === null,
      `waited for ${what} in vain; npm start said:\n${served}`,
    );
    await delay(50);
  }
}
