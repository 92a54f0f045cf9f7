// The Terraform configuration as Terraform itself reads it: its layout, each folder that can be applied, its tests.
// With the provider that the registry has, or with the one that TF_CLI_CONFIG_FILE puts in its place.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { skip } from '../servers/skip.ts';

const root = join(import.meta.dirname, '../..');
const { TF_DATA_DIR: _, TF_CLI_CONFIG_FILE: configuration, ...environment } = process.env;
/** Then nothing is installed, and `terraform init` has nothing to do and would fail. */
const isOverridden =
  configuration !== undefined &&
  existsSync(configuration) &&
  /^\s*dev_overrides\b/m.test(readFileSync(configuration, 'utf8'));

/** What whoever deploys from here has beside the configuration: settings, state, what `init` fetched. */
const OF_A_DEPLOYMENT = /^\.terraform|\.tfvars$|^terraform\.tfstate|^backend\.tf$/;

interface Ended {
  readonly code: number | string;
  readonly output: string;
}

/** A copy of the project's folder, in which Terraform may write: the configuration copied, the rest linked. */
function copyConfiguration(): string {
  const copy = mkdtempSync(join(tmpdir(), 'scorestream-terraform-'));
  const left = ['.git', 'node_modules', 'terraform'];
  for (const name of readdirSync(root).filter((each) => !left.includes(each)))
    symlinkSync(join(root, name), join(copy, name));
  cpSync(join(root, 'terraform'), join(copy, 'terraform'), {
    recursive: true,
    filter: (path) => !OF_A_DEPLOYMENT.test(basename(path)),
  });
  mkdirSync(join(copy, 'plugins'));
  return copy;
}

function terraform(copy: string, folder: string, ...words: readonly string[]): Promise<Ended> {
  const env = {
    ...environment,
    ...(configuration !== undefined && existsSync(configuration)
      ? { TF_CLI_CONFIG_FILE: configuration }
      : {}),
    TF_PLUGIN_CACHE_DIR: join(copy, 'plugins'), // one download for all folders
    TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: 'true',
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
  };
  const cwd = join(copy, 'terraform', folder);
  return new Promise((resolve) => {
    execFile('terraform', words, { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? 1), output: stdout + stderr });
    });
  });
}

/** Fetches what the folder's configuration names: its modules, and the provider unless that is there. */
function prepare(copy: string, folder: string): Promise<Ended> {
  return isOverridden
    ? terraform(copy, folder, 'get', '-no-color')
    : terraform(copy, folder, 'init', '-backend=false', '-input=false', '-no-color');
}

async function passes(copy: string, folder: string, ...words: readonly string[]): Promise<string> {
  const { code, output } = await terraform(copy, folder, ...words);
  assert.equal(code, 0, output);
  return output;
}

describe('Terraform', { concurrency: 2 }, async () => {
  const copy = copyConfiguration();
  after(() => rmSync(copy, { recursive: true, force: true }));
  const { code } = await terraform(copy, '.', 'version');
  if (code !== 0) {
    skip('terraform fmt, validate and test', 'there is no terraform on the PATH');
    return;
  }

  it('finds every file laid out as terraform fmt does it', async () => {
    const output = await passes(copy, '.', 'fmt', '-check', '-recursive', '-no-color');
    assert.equal(output, '');
  });

  // before the others: with the real provider it fills the cache that they share
  const prepared = await prepare(copy, '.');
  if (prepared.code !== 0 && /registry|network|dial tcp|could not connect/i.test(prepared.output)) {
    const [, why = ''] = /Error: (.*)/.exec(prepared.output) ?? [];
    skip('terraform validate and test', `the provider could not be fetched: ${why}`);
    return;
  }

  it('finds the configuration valid', async () => {
    assert.equal(prepared.code, 0, prepared.output);
    await passes(copy, '.', 'validate', '-no-color');
  });

  // a run takes a second of processor, most of it to read what the provider has: by halves, side by side
  const tests = globSync('tests/*.tftest.hcl', { cwd: join(root, 'terraform') }).sort();
  for (const half of [0, 1]) {
    const some = tests.filter((_, index) => index % 2 === half);
    it(`finds its tests passing: ${some.map((path) => basename(path, '.tftest.hcl')).join(', ')}`, async () => {
      const output = await passes(copy, '.', 'test', '-no-color', ...some.map((path) => `-filter=${path}`));
      assert.match(output, /Success! [1-9]\d* passed, 0 failed\./);
    });
  }

  const examples = globSync('examples/**/*.tf', { cwd: join(root, 'terraform') }).map(dirname);
  for (const example of new Set(examples)) {
    it(`finds ${example} valid`, async () => {
      const { code: ended, output } = await prepare(copy, example);
      assert.equal(ended, 0, output);
      await passes(copy, example, 'validate', '-no-color');
    });
  }
});
