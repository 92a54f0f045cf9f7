import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { describePython, type PythonPlaces } from './python.ts';

/** What was measured, on what and when: facts by name. */
export async function describeEnvironment(
  { peers, mlserver, reasons }: PythonPlaces,
  words: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const python = async (name: 'peers' | 'mlserver', folder: string): Promise<string> => {
    if (folder !== '') return describePython(folder);
    return reasons[name] === undefined ? 'not asked for' : `not installed: ${reasons[name]}`;
  };
  return {
    date: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    command: ['npm run bench:http', ...(words.length === 0 ? [] : ['--', ...words])].join(' '),
    CPU: `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, which wrk and the server share`,
    memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    system: `Linux ${release()} ${arch()}`,
    Node: `${process.version}, functions-framework ${readVersion('@google-cloud/functions-framework')}, onnxruntime-node ${readVersion('onnxruntime-node')}`,
    'Flask and FastAPI': await python('peers', peers),
    MLServer: await python('mlserver', mlserver),
    wrk: readWrk(),
  };
}

/** Facts as a Markdown table. */
export function toFactTable(facts: Readonly<Record<string, string>>): string {
  return ['| | |', '|---|---|', ...Object.entries(facts).map(([name, fact]) => `| ${name} | ${fact} |`)].join(
    '\n',
  );
}

function readVersion(name: string): string {
  const path = join(import.meta.dirname, '../../node_modules', name, 'package.json');
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }; // npm's own file
  return version;
}

/** It prints its version beside its usage, and ends with 1. */
function readWrk(): string {
  try {
    execFileSync('wrk', ['-v'], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout = '' } = error as { readonly stdout?: string }; // execFileSync's errors have it
    return /^wrk (\S+)/.exec(stdout)?.[1] ?? 'not found';
  }
  return 'unknown';
}
