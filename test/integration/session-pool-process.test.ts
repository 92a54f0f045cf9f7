// What a pool means for its process: from source, and as it is built and deployed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { joinModules } from '../../scripts/join-modules.ts';

const root = join(import.meta.dirname, '../..');
const program = join(import.meta.dirname, 'pool-program.ts');
const TIMEOUT_MS = 60_000;

let built = '';

before(async () => {
  built = await mkdtemp(join(tmpdir(), 'scorestream-built-'));
  const source = (name: string): string => join(root, 'src/serving', `${name}.ts`);
  const entries = {
    'modules/pool': source('session-pool'),
    'modules/session-worker': source('session-worker'),
  };
  await joinModules(entries, built);
  writeFileSync(join(built, 'package.json'), '{"type":"module"}');
  symlinkSync(join(root, 'node_modules'), join(built, 'node_modules'));
});

after(() => rm(built, { recursive: true, force: true }));

/** What the program printed; fails unless it ended by itself, with 0. */
async function outputOf(pool: string, mode: string): Promise<string> {
  assert.ok(existsSync(pool), pool);
  const args = [program, pathToFileURL(pool).href, mode];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: TIMEOUT_MS });
  assert.equal(stderr, '');
  return stdout;
}

describe('a process with a pool', () => {
  for (const [name, path] of [
    ['from source', () => join(root, 'src/serving/session-pool.ts')],
    ['built', () => join(built, 'modules/pool.js')],
  ] as const) {
    it(`${name} ends by itself while the pool is idle`, async () => {
      assert.equal(await outputOf(path(), 'idle'), '2\n');
    });
  }

  const source = join(root, 'src/serving/session-pool.ts');

  it('lives as long as a run is under way', async () => {
    assert.equal(await outputOf(source, 'run'), '2\n');
  });

  it('that exits in the middle of a run lets it come to its end, since the runtime would abort', async () => {
    assert.equal(await outputOf(source, 'exit'), 'the run came to its end\n');
  });
});
