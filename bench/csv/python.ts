import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { preparePython } from '../../test/docs/python-environment.ts';
import { CACHE } from './data-sets.ts';

const run = promisify(execFile);

/** The interpreter with the peers' packages, which are installed once. @throws Error when they can't be */
export async function prepareInterpreter(): Promise<string> {
  const environment = await preparePython(join(import.meta.dirname, 'requirements.txt'));
  if ('reason' in environment) throw new Error(`The peers in Python can not run: ${environment.reason}.`);
  return join(environment.folder, 'bin/python');
}

/** The folder of the model of 100 trees, which is made once. */
export async function prepareTrees(python: string): Promise<string> {
  const folder = join(CACHE, 'trees');
  if (!existsSync(join(folder, 'manifest.json'))) {
    await run(python, [join(import.meta.dirname, 'make-trees.py'), folder]);
  }
  return folder;
}

/** Versions of the Python and of the packages that peers import. */
export async function describePython(python: string): Promise<string> {
  const code =
    'import platform, polars, pandas, onnxruntime; print(f"Python {platform.python_version()}, ' +
    'polars {polars.__version__} ({polars.thread_pool_size()} threads), pandas {pandas.__version__}, ' +
    'onnxruntime {onnxruntime.__version__}")';
  return (await run(python, ['-c', code])).stdout.trim();
}
