// What `npm run package` makes: the same bytes every time, and functions that answer where nothing else is.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { unzipSync } from 'fflate';
import { toArchive, toDeployedFiles } from '../../scripts/archive.ts';
import { readTerraform, toExpression } from '../../scripts/terraform-files.ts';
import { readOutput, startServer } from '../integration/function-server.ts';
import { skip } from '../servers/skip.ts';

const root = join(import.meta.dirname, '../..');
const archive = toArchive(toDeployedFiles(root));
/** What a build reads. */
const SOURCES = ['functions', 'src', 'scripts', 'model-files', 'package.json', 'package-lock.json'].concat([
  'tsconfig.json',
  'tsconfig.build.json',
]);
const flight = readFileSync(join(root, 'samples/flight.json'), 'utf8');

describe('the archive that is deployed', () => {
  const home = mkdtempSync(join(tmpdir(), 'scorestream-deployed-'));
  after(() => rmSync(home, { recursive: true, force: true }));
  const files = unzipSync(archive);

  it('has the same bytes when it is built once more, in another folder', () => {
    const elsewhere = join(home, 'elsewhere');
    for (const name of SOURCES) cpSync(join(root, name), join(elsewhere, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(elsewhere, 'node_modules'));
    const build = spawnSync(process.execPath, [join(elsewhere, 'scripts/build.ts')], { encoding: 'utf8' });
    assert.equal(build.status, 0, build.stdout + build.stderr);
    assert.ok(Buffer.from(archive).equals(toArchive(toDeployedFiles(elsewhere))));
    rmSync(elsewhere, { recursive: true });
  });

  it('has the same bytes whatever the order of the files', () => {
    const reversed = Object.entries(toDeployedFiles(root)).reverse();
    assert.ok(Buffer.from(archive).equals(toArchive(Object.fromEntries(reversed))));
  });

  it('holds the built code and what it runs on, and nothing else', () => {
    const strange = Object.keys(files).filter((path) => !path.startsWith('dist/'));
    assert.deepEqual(strange.sort(), ['package-lock.json', 'package.json']);
    const { scripts, main, dependencies, devDependencies, engines } = read('package.json');
    assert.deepEqual(scripts, { 'gcp-build': '' });
    assert.ok(files[String(main)] !== undefined, 'its main is there');
    const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.deepEqual(
      [dependencies, devDependencies, engines],
      [project.dependencies, undefined, { node: '24.x' }],
    );
  });

  const read = (path: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(files[path] ?? []).toString());
  for (const [path, bytes] of Object.entries(files)) write(join(home, path), bytes);
  const installed = install(home);
  if (installed !== undefined) {
    skip('the functions of the archive, installed alone', installed);
    return;
  }

  it('answers a prediction', async () => {
    const server = await startServer('predict', { home });
    try {
      const answer = await fetch(`${server.url}/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: flight,
      });
      assert.equal(answer.status, 200, server.log());
      const { predictions } = (await answer.json()) as { predictions: { label: number }[] };
      assert.equal(predictions[0]?.label, 1);
    } finally {
      await server.stop();
    }
  });

  it('scores a message and a file', async () => {
    const server = await startServer('score', { home });
    try {
      assert.equal(await server.push('/features', { id: 'one', data: flight }), 204, server.log());
      const [message] = await server.topic('predictions');
      assert.equal(JSON.parse(Buffer.from(message?.data ?? '').toString()).label, '1');
      write(join(server.inboxDir, 'flights.csv'), readFileSync(join(root, 'samples/flights.csv')));
      assert.equal(await server.notify('flights.csv'), 204, server.log());
      assert.match(
        await readOutput(server.outputDir, 'predictions.csv'),
        /^flight,OPERA,TIPOVUELO,MES,label/,
      );
    } finally {
      await server.stop();
    }
  });

  it('has every entry point that Terraform names', async () => {
    const { resources } = await readTerraform(join(root, 'terraform'));
    const named = resources('google_cloudfunctions2_function').map(([, block]) => {
      const [build] = block['build_config'] as readonly { readonly entry_point: string }[];
      return toExpression(build?.entry_point);
    });
    assert.deepEqual([...new Set(named)].sort(), ['predict', 'score'], 'those that answered above');
  });
});

function write(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** Installs it as Google's build does; why it could not be, where the registry can't be reached. */
function install(folder: string): string | undefined {
  const { npm_config_prefix: _, ...environment } = process.env;
  const { status, stdout, stderr } = spawnSync(
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    ['ci', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline'],
    { cwd: folder, encoding: 'utf8', env: { ...environment, ONNXRUNTIME_NODE_INSTALL: 'skip' } },
  );
  if (status === 0) return undefined;
  const output = stdout + stderr;
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOENT.*npm/.test(output)) return 'npm reaches no registry';
  throw new Error(`npm ci failed in the unpacked archive:\n${output}`);
}
