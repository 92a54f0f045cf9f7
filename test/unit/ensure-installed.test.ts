import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';

const script = join(import.meta.dirname, '../../scripts/ensure-installed.mjs');
const installedLock = 'node_modules/.package-lock.json';
const installedNode = 'node_modules/.bin/node';
const locked = { version: '1.2.0', integrity: 'sha512-a' };

// stands in for npm: says what it was asked, then does what `FAKE_NPM` says
const FAKE_NPM = `
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
console.log('npm', process.argv.slice(2).join(' '), process.env.ONNXRUNTIME_NODE_INSTALL);
if (process.env.FAKE_NPM === 'offline') process.exit(7);
rmSync('node_modules', { recursive: true, force: true });
mkdirSync('node_modules/.bin', { recursive: true });
if (process.env.FAKE_NPM !== 'scripts blocked') symlinkSync(process.execPath, '${installedNode}');
writeFileSync('${installedLock}', '{}');
`;

describe('ensure-installed', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ensure-installed-'));
    write('package.json', { devDependencies: { node: process.versions.node } });
    write('package-lock.json', { packages: { '': {}, 'node_modules/a': locked } });
    write('fake-npm.mjs', FAKE_NPM);
    mkdirSync(join(folder, 'scripts'));
    copyFileSync(script, join(folder, 'scripts/ensure-installed.mjs'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, content: unknown): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }

  function install(packages: Readonly<Record<string, unknown>>): void {
    write(installedLock, { packages });
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    symlinkSync(process.execPath, join(folder, installedNode));
  }

  function run(outcome = 'works') {
    const env = {
      FAKE_NPM: outcome,
      npm_node_execpath: process.execPath,
      npm_execpath: join(folder, 'fake-npm.mjs'),
    };
    const args = [join(folder, 'scripts/ensure-installed.mjs')];
    return spawnSync(process.execPath, args, { cwd: tmpdir(), env, encoding: 'utf8' });
  }

  it('installs on a fresh clone, with all output on stderr', () => {
    const { status, stdout, stderr } = run();
    assert.deepEqual(
      { status, stdout, stderr },
      {
        status: 0,
        stdout: '',
        stderr: 'Installing what is missing…\nnpm ci --include=dev --loglevel=error skip\n',
      },
    );
  });

  it('does and says nothing when the installed packages are those of the lock', () => {
    install({ 'node_modules/a': locked });
    const { status, stdout, stderr } = run();
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
  });

  it('takes no notice of an optional package that is left out on this platform', () => {
    const packages = { 'node_modules/a': locked, 'node_modules/b': { ...locked, optional: true } };
    write('package-lock.json', { packages });
    install({ 'node_modules/a': locked });
    assert.equal(run().stderr, '');
  });

  for (const [name, packages] of [
    ['another version', { 'node_modules/a': { ...locked, version: '1.1.0' } }],
    ['a package of other bytes', { 'node_modules/a': { ...locked, integrity: 'sha512-b' } }],
    ['nothing of it', {}],
  ] as const) {
    it(`installs when the lock was changed: ${name} is installed`, () => {
      install(packages);
      assert.match(run().stderr, /^npm ci/m);
    });
  }

  it('installs when an install was interrupted before npm wrote what is there', () => {
    install({ 'node_modules/a': locked });
    rmSync(join(folder, installedLock));
    assert.match(run().stderr, /^npm ci/m);
  });

  it('installs when Node itself is missing, as after an install without scripts', () => {
    install({ 'node_modules/a': locked });
    rmSync(join(folder, installedNode));
    assert.match(run().stderr, /^npm ci/m);
  });

  it('installs when what npm wrote is cut off', () => {
    install({ 'node_modules/a': locked });
    write(installedLock, '{"packages":');
    assert.match(run().stderr, /^npm ci/m);
  });

  it('leaves no trace of a complete install when npm fails, and passes on its exit code', () => {
    install({ 'node_modules/a': { ...locked, version: '1.1.0' } });
    const { status, stderr } = run('offline');
    assert.equal(status, 7);
    assert.match(stderr, /Installing failed: npm says why above\..* check the network/);
    assert.equal(existsSync(join(folder, installedLock)), false);
  });

  it('says what to do when install scripts are blocked', () => {
    const { status, stderr } = run('scripts blocked');
    assert.equal(status, 1);
    assert.match(stderr, /Run: npm ci && npm rebuild node --ignore-scripts=false\n$/);
  });

  it('says so when another Node than the pinned one is there afterwards', () => {
    write('package.json', { devDependencies: { node: '1.2.3' } });
    const { status, stderr } = run();
    assert.equal(status, 1);
    assert.match(stderr, /Everything is installed but Node v1\.2\.3/);
  });
});
