// A folder of results belongs to one run at a time, and never shows the results of another run as its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import { openPartialOutput } from '../../src/adapters/local/partial-output.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scorestream-partial-'));
});
afterEach(() => rm(folder, { recursive: true }));

const bytes = (text: string): Buffer => Buffer.from(text);
const lock = (): string => join(folder, 'scoring.lock');
const isRefused = { code: 'USAGE', message: /Another command writes into .*scoring\.lock/ };

it('a folder that is being written is refused to others, and free again when that has ended', async () => {
  const output = await openPartialOutput(folder);
  await assert.rejects(openPartialOutput(folder), isRefused);
  await output.append(bytes('a\n'), bytes(''));
  await output.close();
  const next = await openPartialOutput(folder);
  await next.close();
  assert.deepEqual((await readdir(folder)).sort(), ['errors.csv.partial', 'predictions.csv.partial']);
});

it('a folder of a running process of another machine is refused while its lock is touched', async () => {
  await writeFile(lock(), 'elsewhere 1 x');
  await assert.rejects(openPartialOutput(folder), isRefused);
  const minuteAgo = new Date(Date.now() - 60_000);
  await utimes(lock(), minuteAgo, minuteAgo);
  await (await openPartialOutput(folder)).close();
});

it('a folder of a process that was killed is taken over at once, even by one of the same number', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  for (const number of [pid, process.pid]) {
    await writeFile(lock(), `${hostname()} ${number} x`);
    await (await openPartialOutput(folder)).close();
    assert.ok(!(await readdir(folder)).includes('scoring.lock'));
  }
});

it('who lost the folder to another writes nothing more into it', async () => {
  const output = await openPartialOutput(folder);
  await output.append(bytes('mine\n'), bytes(''));
  await writeFile(lock(), 'elsewhere 1 x');
  const isLost = { code: 'STORAGE_FAILED', message: /took .* over/ };
  await assert.rejects(output.append(bytes('more\n'), bytes('')), isLost);
  await assert.rejects(output.save({}), isLost);
  await assert.rejects(output.publish(), isLost);
  await assert.rejects(output.discard(), isLost);
  await output.close();
  assert.equal(await readFile(join(folder, 'predictions.csv.partial'), 'utf8'), 'mine\n');
  assert.equal(await readFile(lock(), 'utf8'), 'elsewhere 1 x');
});

it('results of an earlier run are gone when the file fails as a whole, files of others are not', async () => {
  for (const isRun of [false, true]) {
    await writeFile(join(folder, 'predictions.csv'), 'old\n');
    await writeFile(join(folder, 'errors.csv'), 'old\n');
    if (isRun) await writeFile(join(folder, 'job.json'), '{}');
    const output = await openPartialOutput(folder);
    await output.discard();
    await output.close();
    assert.deepEqual(
      (await readdir(folder)).sort(),
      isRun ? ['job.json'] : ['errors.csv', 'predictions.csv'],
    );
  }
});
