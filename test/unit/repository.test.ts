import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');
const MAX_LINES = 250;
const CODE_FOLDERS = ['src', 'functions', 'cli', 'scripts', 'test', 'bench', 'load-tests', 'samples'];
const TOP_FOLDERS = [
  'src',
  'functions',
  'cli',
  'scripts',
  'test',
  'bench',
  'docs',
  'bench',
  'model-files',
  'load-tests',
  'samples',
  'terraform',
];

interface PackageJson {
  readonly license: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const packageJson = JSON.parse(read('package.json')) as PackageJson;

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** What `git ls-files` says of the tracked files, and of new ones that are not ignored. */
function listFiles(...options: readonly string[]): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', ...options];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
}

const files = listFiles().filter((path) => existsSync(join(root, path)));
const code = files.filter((path) => /\.(ts|mts|mjs|js)$/.test(path) && CODE_FOLDERS.includes(top(path)));

function top(path: string): string {
  return path.split('/')[0] ?? '';
}

/** The lines of a file that match, as `path:line: text`. */
function matches(path: string, isBad: (line: string, before: string) => boolean): string[] {
  const lines = read(path).split('\n');
  return lines.flatMap((line, index) =>
    isBad(line, lines[index - 1] ?? '') ? [`${path}:${index + 1}: ${line.trim()}`] : [],
  );
}

describe('the repository', () => {
  it('pins every package to one version', () => {
    const pins = Object.entries({ ...packageJson.dependencies, ...packageJson.devDependencies });
    assert.deepEqual(
      pins.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
      [],
    );
  });

  it('locks packages by their bytes and names no host to fetch them from', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { resolved?: string; integrity?: string }>;
    };
    const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
    assert.ok(packages.length > 0);
    assert.deepEqual(
      packages.filter(([, entry]) => entry.resolved !== undefined || entry.integrity === undefined),
      [],
    );
  });

  it(`has no file of code over ${MAX_LINES} lines, unless it says at its top that it is a hot loop`, () => {
    const tooLong = code.filter((path) => {
      const lines = read(path).trimEnd().split('\n');
      return lines.length > MAX_LINES && !/hot loop/i.test(lines.slice(0, 15).join('\n'));
    });
    assert.deepEqual(tooLong, []);
  });

  it('has a doc comment on every export of src, functions and cli', () => {
    const isBare = (line: string, before: string) =>
      /^export (?!(type )?[{*])/.test(line) && !before.trimEnd().endsWith('*/');
    const product = code.filter((path) => ['src', 'functions', 'cli'].includes(top(path)));
    assert.deepEqual(
      product.flatMap((path) => matches(path, isBare)),
      [],
    );
  });

  it('leaves nothing half done and no check switched off', () => {
    // written so that they don't match themselves
    const leftovers = /\b[T]ODO\b|\b[F]IXME\b|\.[o]nly\(|\bas [a]ny\b|@ts-[i]gnore/;
    assert.deepEqual(
      code.flatMap((path) => matches(path, (line) => leftovers.test(line))),
      [],
    );
  });

  it('has no conflict left by a merge', () => {
    assert.deepEqual(
      files.flatMap((path) => matches(path, (line) => /^(<{7}|>{7})( |$)/.test(line))),
      [],
    );
  });

  it('documents each script of package.json in CONTRIBUTING.md, and no other', () => {
    const names = Object.keys(packageJson.scripts);
    const called = names.filter((name) => !names.some((other) => name === `pre${other}`));
    const rows = read('CONTRIBUTING.md').matchAll(/^\| `npm (?:run )?([\w:-]+)/gm);
    const documented = [...rows].map(([, name]) => name);
    assert.deepEqual(documented.toSorted(), called.toSorted());
  });

  for (const folder of TOP_FOLDERS) {
    it(`has something in ${folder}/`, () => {
      assert.ok(files.some((path) => top(path) === folder));
    });
  }

  it('is licensed under Apache 2.0', () => {
    assert.equal(packageJson.license, 'Apache-2.0');
    assert.match(read('LICENSE'), /^\s*Apache License\n\s*Version 2\.0, January 2004/);
  });

  it('ends lines of text with LF alone', () => {
    // "i/lf w/crlf attr/text=auto eol=lf <tab> path"; what .gitattributes calls -text is kept as it is
    const lineEnds = listFiles('--eol').filter((line) => !line.includes('attr/-text'));
    assert.deepEqual(
      lineEnds.filter((line) => /\b[iw]\/(crlf|mixed)\b/.test(line)),
      [],
    );
  });

  it('has shell scripts that can be run', () => {
    const shell = files.filter((path) => /^#!.*\b(ba)?sh\b/.test(read(path).slice(0, 100)));
    assert.ok(shell.includes('.ci/run'));
    assert.deepEqual(
      shell.filter((path) => (statSync(join(root, path)).mode & 0o111) === 0),
      [],
    );
  });
});
