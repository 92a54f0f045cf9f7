// `npm test`: what must hold before a change is handed over, cheapest first. The closing lines of Node's test
// runner come last on stdout.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');

const isLong = process.argv.includes('--long');
const extra = process.argv.slice(2).filter((argument) => argument !== '--long');
const options = extra.filter((argument) => argument.startsWith('-'));
const named = extra.filter((argument) => !argument.startsWith('-'));
const usual = isLong
  ? 'test/long/**/*.test.ts'
  : 'test/{unit,contracts,integration,e2e,docs,terraform}/**/*.test.ts';
const files = named.length > 0 ? named : [usual];

/** What makes the many short lives of programs in tests cheaper; where it is set already, that counts. */
const environment = {
  // compiled modules, types stripped: every test file and every command that is tried starts from them
  NODE_COMPILE_CACHE: join(root, '.cache/compile'),
  // the emulator of Pub/Sub lives for seconds: to optimise its code costs more than it gives
  JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
  ...process.env,
};

if (globSync(files, { cwd: root }).length === 0) {
  fail(`There is no test to run: nothing matches ${files.join(', ')}.`);
}

run('Types', [tsc]);
run('Style and import table', [biome, 'check', '--error-on-warnings', '.']);
run('Build', [join(root, 'scripts/build.ts')]);
run(isLong ? 'Long tests' : 'Tests', [
  '--test',
  '--test-reporter=spec',
  // the runner's own choice leaves one of two cores idle; many more than that starve each other's servers
  `--test-concurrency=${Math.min(4, availableParallelism())}`,
  ...options,
  ...files,
]);

/** Runs one step on this same Node, under a heading; ends the run when it fails. */
function run(heading: string, args: readonly string[]): void {
  process.stdout.write(`\n== ${heading}\n`);
  const { status, signal, error } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: environment,
  });
  if (error) fail(`${heading} could not start: ${error.message}`);
  if (status !== 0) fail(`${heading} failed (${signal ?? `exit code ${status}`}): see above.`, status ?? 1);
}

function fail(sentence: string, exitCode = 1): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(exitCode);
}
