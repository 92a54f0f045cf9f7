// Before `npm start` and `npm test`: makes one command enough on a fresh clone, and costs next to nothing
// once everything is there. Runs on whatever Node the machine has (18 or later), before anything is
// installed: plain JavaScript, no dependency, no types to strip.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
// npm writes this file last, so after an interrupted install it is missing or tells of other versions.
const installedLock = `${root}node_modules/.package-lock.json`;
const installedNode = `${root}node_modules/.bin/node`;

if (!isInstalled()) {
  process.stderr.write('Installing what is missing…\n');
  const exitCode = install();
  if (exitCode !== 0) {
    fail(
      'Installing failed: npm says why above. It needs the package registry, so check the network (or proxy) and run the command again.',
      exitCode,
    );
  }
  const wanted = `v${readJson(`${root}package.json`).devDependencies.node}`;
  const { stdout } = spawnSync(installedNode, ['--version'], { encoding: 'utf8' });
  if (stdout?.trim() !== wanted) {
    fail(
      `Everything is installed but Node ${wanted}, probably because npm's settings block install scripts. Run: npm ci && npm rebuild node --ignore-scripts=false`,
      1,
    );
  }
}

/** Compares contents, not times: a checkout makes every file new without changing anything. */
function isInstalled() {
  if (!existsSync(installedNode)) return false;
  try {
    const installed = readJson(installedLock).packages;
    return Object.entries(readJson(`${root}package-lock.json`).packages).every(([path, wanted]) => {
      if (path === '') return true;
      const found = installed[path];
      // an optional package is left out on the platforms that it isn't made for
      if (found === undefined) return wanted.optional === true;
      return found.version === wanted.version && found.integrity === wanted.integrity;
    });
  } catch {
    return false;
  }
}

/** Runs the npm that started this, on the Node that npm runs on; started by hand, the one on the PATH. */
function install() {
  // `npm ci` deletes many files at once: should it be ended right then, this one must not be left over.
  rmSync(installedLock, { force: true });
  const { npm_node_execpath: node, npm_execpath: npm } = process.env;
  const [command, ...before] = node && npm ? [node, npm] : ['npm'];
  // npm itself runs on the machine's Node, and would warn of each package that wants a later one
  const { status, error } = spawnSync(command, [...before, 'ci', '--include=dev', '--loglevel=error'], {
    cwd: root,
    // npm's own output goes to stderr: stdout belongs to the command that the user asked for
    stdio: ['ignore', 2, 2],
    // npm before 11 doesn't know package.json's `allowScripts`; this script would fetch CUDA libraries
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  if (error) process.stderr.write(`${error.message}\n`);
  return status ?? 1;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function fail(sentence, exitCode) {
  process.stderr.write(`${sentence}\n`);
  process.exit(exitCode);
}
