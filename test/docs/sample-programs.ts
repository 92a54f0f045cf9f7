// The programs of samples/, run as their READMEs say, but for what each machine has elsewhere.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { preparePython } from './python-environment.ts';

const root = join(import.meta.dirname, '../..');

/** What a program printed, and its exit code. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs programs of samples/. */
export interface SamplePrograms {
  /**
   * Runs a command in the project's folder. What it has of `.cache/FOLDER` is the Python; without one the test is
   * skipped, and fails where everything must run: then there is no result.
   */
  run(
    command: string,
    context: TestContext,
    environment?: Readonly<Record<string, string>>,
  ): Promise<Ran | undefined>;
  remove(): Promise<void>;
}

/** Makes a Python with the packages of `samples/publish`, which serves for all of `folders`, and a home for gcloud. */
export async function createSamplePrograms(folders: readonly string[]): Promise<SamplePrograms> {
  const python = await preparePython(join(root, 'samples/publish/requirements.txt'));
  if ('reason' in python) console.error(`SKIPPED: Python's samples were not run: ${python.reason}`);
  const home = await mkdtemp(join(tmpdir(), 'scorestream-gcloud-'));
  return {
    run(command, context, environment = {}) {
      const place = folders.map((folder) => `.cache/${folder}/`).find((each) => command.startsWith(each));
      if (place === undefined) return runShell(command, home, environment);
      if ('folder' in python) return runShell(command.replace(place, `${python.folder}/`), home, environment);
      assert.notEqual(process.env['CI'], 'true', python.reason);
      context.skip(python.reason);
      return Promise.resolve(undefined);
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

async function runShell(
  command: string,
  home: string,
  environment: Readonly<Record<string, string>>,
): Promise<Ran> {
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
    // nothing of this machine's account, and no question to a cloud that may not be there
    CLOUDSDK_CONFIG: home,
    CLOUDSDK_CORE_CHECK_GCE_METADATA: 'false',
    METADATA_SERVER_DETECTION: 'none',
    ...environment,
  };
  const child = spawn('bash', ['-c', command], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
