// `npm run build`: compiles functions and src, and joins the modules to dist/, as it is deployed.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { joinModules } from './join-modules.ts';

const root = join(import.meta.dirname, '..');
const compiled = join(root, '.cache/compiled');
const dist = join(root, 'dist');

for (const folder of [compiled, dist]) rmSync(folder, { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', compiled], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
await joinModules(
  {
    'functions/index': join(compiled, 'functions/index.js'),
    // what starts them looks for them beside its own module
    'modules/session-worker': join(compiled, 'src/serving/session-worker.js'),
    'modules/child': join(compiled, 'src/trial/child.js'),
    'modules/watchdog': join(compiled, 'src/trial/watchdog.js'),
  },
  dist,
);
