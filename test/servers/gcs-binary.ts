// The program that stands for Cloud Storage in tests: found, or built once.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const VERSION = 'v1.56.1';
const MODULE = `github.com/fsouza/fake-gcs-server@${VERSION}`;
const PROGRAM = process.platform === 'win32' ? 'fake-gcs-server.exe' : 'fake-gcs-server';
const CACHE = join(import.meta.dirname, '../../.cache/fake-gcs-server', VERSION);
const BUILT = join(CACHE, PROGRAM);

/** Modules are fetched, a minute's worth on a good line. */
const BUILD_MS = 15 * 60_000;

/** Why there is no Cloud Storage server for tests, and there can't be one; undefined when there is or can be. */
export function whyNoGcsServer(): string | undefined {
  if (findProgram() !== undefined || spawnSync('go', ['version']).status === 0) return undefined;
  return `neither fake-gcs-server ${VERSION} nor Go, to build it, is on the PATH`;
}

/** The path of the program; built first, once, when it is neither on the PATH nor in the cache. */
export async function prepareGcsServer(): Promise<string> {
  const deadline = Date.now() + BUILD_MS;
  await mkdir(CACHE, { recursive: true });
  const lock = join(CACHE, 'building');
  for (;;) {
    const found = findProgram();
    if (found !== undefined) return found;
    if (await takeLock(lock)) break;
    if (Date.now() > deadline) throw new Error(`${lock} is held; if nothing builds, remove that file`);
    await delay(100);
  }
  try {
    if (!existsSync(BUILT)) await build();
    return BUILT;
  } finally {
    await rm(lock, { force: true });
  }
}

function findProgram(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...folders.map((folder) => join(folder, PROGRAM)), BUILT].find((path) => existsSync(path));
}

/** True for the one process that may build; a lock whose owner has died is removed. */
async function takeLock(lock: string): Promise<boolean> {
  try {
    const handle = await open(lock, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const owner = Number(await readFile(lock, 'utf8').catch(() => '0'));
  if (owner > 0 && !isRunning(owner)) await rm(lock, { force: true });
  return false;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Builds with folders of its own, which are removed afterwards: they take more than a gigabyte. */
async function build(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const owner = /^work-(\d+)$/.exec(name)?.[1];
    if (owner !== undefined && !isRunning(Number(owner))) await rm(join(CACHE, name), { recursive: true });
  }
  const work = join(CACHE, `work-${process.pid}`);
  process.stderr.write(`Building fake-gcs-server ${VERSION}, once: it takes a minute or two.\n`);
  const environment = {
    GOPATH: join(work, 'path'),
    GOBIN: join(work, 'bin'),
    GOCACHE: join(work, 'cache'),
    GOFLAGS: '-modcacherw',
    GOWORK: 'off',
  };
  const child = spawn('go', ['install', MODULE], {
    cwd: CACHE,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: BUILD_MS,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  try {
    if (code !== 0) throw new Error(`go install ${MODULE} failed:\n${said.slice(-2000)}`);
    await rename(join(work, 'bin', PROGRAM), BUILT);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

if (import.meta.main) process.stdout.write(`${await prepareGcsServer()}\n`);
