// A Python with the packages of a requirements file, kept in .cache for the next run.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(import.meta.dirname, '../../.cache');
const CANDIDATES = ['python3', 'python3.13', 'python3.12', 'python3.11'];
const INSTALL_MS = 300_000;

/** The environment's folder, or why there is none. */
export type PythonEnvironment = { readonly folder: string } | { readonly reason: string };

/** Makes the environment unless it is there already; two processes may do so at once. */
export async function preparePython(requirements: string): Promise<PythonEnvironment> {
  const python = await findPython();
  if (python === undefined) return { reason: 'there is no Python 3.11 or later' };
  const content = await readFile(requirements);
  const key = createHash('sha256').update(content).update(python.version).digest('hex').slice(0, 12);
  const folder = join(CACHE, `python-${key}`);
  if (existsSync(folder)) return { folder };
  await mkdir(CACHE, { recursive: true });
  const making = await mkdtemp(`${folder}.`);
  try {
    await run(python.command, ['-m', 'venv', making]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--retries', '1', '-r', requirements];
    await run(join(making, 'bin/python'), pip, { timeout: INSTALL_MS });
    // whole or not at all: whoever comes second finds it made
    await rename(making, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
    return { folder };
  } catch (error) {
    const said = (error as { stderr?: string }).stderr || String(error); // execFile's errors have it
    return { reason: `its packages could not be installed: ${said.trim().split('\n').at(-1)}` };
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function findPython(): Promise<{ readonly command: string; readonly version: string } | undefined> {
  const code = 'import sys; print(sys.executable, sys.version); sys.exit(sys.version_info < (3, 11))';
  for (const command of CANDIDATES) {
    const found = await run(command, ['-c', code]).catch(() => undefined);
    if (found !== undefined) return { command, version: found.stdout };
  }
  return undefined;
}
