// The Dockerfile: what it is made of, what a linter says, and its command run as the container would.
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { FUNCTION_ENVIRONMENT, FUNCTION_NODE_OPTIONS } from '../../cli/function-process.ts';
import { preparePython } from '../docs/python-environment.ts';
import { freePort } from '../free-port.ts';
import { skip } from '../servers/skip.ts';

const root = join(import.meta.dirname, '../..');
const START_MS = 30_000;
/** Where `npm run package` puts what is deployed, beside the archive of it. */
const PACKAGED = 'build/scorestream';
const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
const lines = text.replaceAll(/\\\n\s*/g, '').split('\n');
const all = (instruction: string): string[] =>
  lines
    .filter((line) => line.startsWith(`${instruction} `))
    .map((line) => line.slice(instruction.length + 1));
/** The variables of the image that runs. */
const environment: Readonly<Record<string, string>> = Object.fromEntries(
  (all('ENV').at(-1) ?? '').split(' ').map((pair) => pair.split(/=(.*)/s).slice(0, 2)),
);
const command = JSON.parse(all('CMD').at(-1) ?? '') as readonly [string, ...string[]];

describe('the Dockerfile', () => {
  it('builds and runs on the Node that the tests run on', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.deepEqual(
      all('FROM').map((image) => image.split(' ')[0]),
      Array(2).fill(`node:${devDependencies.node}-slim`),
    );
  });

  it('sets what the function process sets on a laptop', () => {
    assert.deepEqual(environment, {
      NODE_ENV: 'production',
      FUNCTION_TARGET: 'predict',
      NODE_OPTIONS: FUNCTION_NODE_OPTIONS.join(' '),
      ...FUNCTION_ENVIRONMENT,
    });
  });

  it('copies what the context has, and nothing else is in the context', () => {
    const copied = all('COPY').filter((line) => !line.startsWith('--from='));
    const sources = new Set(copied.flatMap((line) => line.split(' ').slice(0, -1)));
    assert.deepEqual(
      [...sources].filter((path) => path !== PACKAGED && !path.startsWith(`${PACKAGED}/`)),
      [],
    );
    assert.equal(readFileSync(join(root, '.dockerignore'), 'utf8'), `*\n!${PACKAGED}\n`);
  });

  it('runs as a user that is not root', () => {
    assert.match(all('USER').at(-1) ?? '', /^[1-9]\d*:[1-9]\d*$/);
  });
});

describe('a linter of Dockerfiles', async () => {
  const python = await preparePython(join(root, 'test/clients/requirements.txt'));
  if ('reason' in python) {
    skip('hadolint', python.reason);
    return;
  }
  it('has nothing to say', async () => {
    const hadolint = join(python.folder, 'bin/hadolint');
    assert.equal((await promisify(execFile)(hadolint, [join(root, 'Dockerfile')])).stdout, '');
  });
});

/** Runs the command over the built code, with the image's environment and this one; it ends with this process. */
async function runCommand(
  folder: string,
  more: Readonly<Record<string, string>>,
  port: number,
): Promise<ChildProcess> {
  for (const name of ['dist', 'package.json', 'node_modules'])
    symlinkSync(join(root, name), join(folder, name));
  const [program, ...words] = command;
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`;
  const child = spawn(program, words, {
    cwd: folder,
    env: { PATH, ...environment, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout?.resume();
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const deadline = Date.now() + START_MS;
  while (!(await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined))?.ok) {
    assert.ok(child.exitCode === null && Date.now() < deadline, 'the command did not start');
    await delay(20);
  }
  return child;
}

describe('the command of the container', () => {
  const model = join(root, 'model-files/flight-delay');
  for (const [name, toMore] of [
    [
      'the port and the model that Vertex AI names',
      (port: number) => ({ AIP_HTTP_PORT: `${port}`, AIP_STORAGE_URI: model }),
    ],
    [
      'PORT and MODEL_URI before those',
      (port: number) => ({ PORT: `${port}`, AIP_HTTP_PORT: '1', AIP_STORAGE_URI: '/none', MODEL_URI: model }),
    ],
  ] as const) {
    it(`takes ${name}, and ends well when it is told to`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'scorestream-container-'));
      const port = await freePort();
      const child = await runCommand(
        folder,
        { AIP_HEALTH_ROUTE: '/ping', AIP_PREDICT_ROUTE: '/call', ...toMore(port) },
        port,
      );
      try {
        assert.equal((await fetch(`http://127.0.0.1:${port}/ping`)).status, 200);
        const answer = await fetch(`http://127.0.0.1:${port}/call`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"instances":[["Grupo LATAM","I",7]]}',
        });
        assert.match(
          await answer.text(),
          /^\{"predictions":\[\{"label":1,"probability":0\.7213\d+,[^}]+\}\]\}$/,
        );
      } finally {
        const exit = once(child, 'exit');
        child.kill('SIGTERM');
        assert.deepEqual(await exit, [0, null]);
        rmSync(folder, { recursive: true });
      }
    });
  }
});
