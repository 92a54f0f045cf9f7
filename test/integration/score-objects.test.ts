// Notifications of CSV objects: three files, once.
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createCrc32c } from '../../src/crc32c.ts';
import { type FunctionServer, readOutput, startServer } from './function-server.ts';

const HEADER = 'id,OPERA,TIPOVUELO,MES\n';

let server: FunctionServer;
before(async () => {
  server = await startServer('score');
});
after(() => server.stop());

async function drop(name: string, content: string): Promise<void> {
  const path = join(server.inboxDir, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

interface JobFile {
  readonly state: string;
  readonly error?: { readonly code: string };
  readonly reasons?: readonly unknown[];
  readonly rows?: Record<string, number>;
  readonly input: { readonly crc32c: string; readonly size: number };
  readonly outputs: Record<'predictions' | 'errors', { readonly size: number; readonly crc32c: string }>;
}

async function jobOf(stem: string): Promise<JobFile> {
  return JSON.parse(await readOutput(join(server.outputDir, stem), 'job.json')) as JobFile;
}

const outputs = (): string[] => globSync('**/*.*', { cwd: server.outputDir }).sort();

function crcOf(text: string): string {
  const crc = createCrc32c();
  crc.update(Buffer.from(text));
  return crc.digest();
}

describe('a CSV that is dropped', () => {
  it('comes back as predictions, errors and a job that counts every row', async () => {
    const content = `${HEADER}1,Grupo LATAM,I,7\n2,nobody,I,7\n\n3,K.L.M.,I\n4,K.L.M.,I,1\n`;
    await drop('sub/day 1%#é.csv', content);
    assert.equal(await server.notify('sub/day 1%#é.csv'), 204);
    const folder = join(server.outputDir, 'sub/day 1%#é');
    const predictions = await readOutput(folder, 'predictions.csv');
    const errors = await readOutput(folder, 'errors.csv');
    assert.equal(
      predictions,
      'id,OPERA,TIPOVUELO,MES,label,probability\n1,Grupo LATAM,I,7,1,0.72130173\n4,K.L.M.,I,1,0,0.2413311\n',
    );
    assert.deepEqual(
      errors.split('\n').map((line) => line.split(',').slice(0, 3)),
      [['line', 'column', 'code'], ['3', 'OPERA', 'UNKNOWN_CATEGORY'], ['5', '', 'WRONG_FIELD_COUNT'], ['']],
    );
    const job = await jobOf('sub/day 1%#é');
    assert.deepEqual([job.state, job.rows], ['succeeded', { read: 4, scored: 2, failed: 2 }]);
    assert.deepEqual([job.input.crc32c, job.input.size], [crcOf(content), Buffer.byteLength(content)]);
    assert.deepEqual(
      [job.outputs.predictions.crc32c, job.outputs.predictions.size],
      [crcOf(predictions), Buffer.byteLength(predictions)],
    );
    assert.deepEqual(
      [job.outputs.errors.crc32c, job.outputs.errors.size],
      [crcOf(errors), Buffer.byteLength(errors)],
    );
  });

  it('is scored once, however often and at once its notification comes', async () => {
    await drop('once.csv', `${HEADER}${'1,Grupo LATAM,I,7\n'.repeat(2000)}`);
    assert.deepEqual(
      await Promise.all([1, 2, 3, 4, 5].map(() => server.notify('once.csv'))),
      [204, 204, 204, 204, 204],
    );
    const files = globSync('once/**/*.*', { cwd: server.outputDir });
    const times = async (): Promise<number[]> =>
      Promise.all(files.map(async (path) => (await stat(join(server.outputDir, path))).mtimeMs));
    const before = await times();
    assert.equal(files.length, 3);
    assert.equal(await server.notify('once.csv'), 204);
    assert.deepEqual(await times(), before);
  });

  for (const [name, content, code] of [
    ['headless.csv', 'Grupo LATAM,I,7\n', 'MISSING_COLUMN'],
    ['empty.csv', '', 'EMPTY_FILE'],
    ['twice.csv', 'OPERA,TIPOVUELO,MES,MES\nGrupo LATAM,I,7,7\n', 'INVALID_HEADER'],
    ['utf16.csv', Buffer.from(`\ufeff${HEADER}`, 'utf16le').toString('latin1'), 'INVALID_ENCODING'],
    ['wrong.csv', `${HEADER}${'1,nobody,I,7\n'.repeat(1500)}`, 'TOO_MANY_FAILED_ROWS'],
  ] as const) {
    it(`fails as a whole when it is ${name}, with a job that says why and one dead letter`, async () => {
      await mkdir(server.inboxDir, { recursive: true });
      await writeFile(join(server.inboxDir, name), content, name === 'utf16.csv' ? 'latin1' : 'utf8');
      const before = (await server.topic('dead-letters')).length;
      assert.equal(await server.notify(name), 204);
      const job = await jobOf(name.replace('.csv', ''));
      assert.deepEqual([job.state, job.error?.code], ['failed', code]);
      assert.equal(job.reasons?.length, code === 'TOO_MANY_FAILED_ROWS' ? 20 : undefined);
      const letters = (await server.topic('dead-letters')).slice(before);
      assert.deepEqual(
        letters.map(({ attributes }) => [attributes['error-code'], attributes['dead-letter-kind']]),
        [[code, 'object']],
      );
      const files = globSync(`${name.replace('.csv', '')}/**/*.*`, { cwd: server.outputDir });
      assert.equal(files.length, 1);
    });
  }

  it('succeeds with no rows when it has a header alone', async () => {
    await drop('header.csv', HEADER);
    await server.notify('header.csv');
    assert.deepEqual((await jobOf('header')).rows, { read: 0, scored: 0, failed: 0 });
  });

  it('goes on when a few rows fail before the first thousand are over', async () => {
    await drop(
      'late.csv',
      `${HEADER}${'1,nobody,I,7\n'.repeat(999)}1,K.L.M.,I,1\n${'1,nobody,I,7\n'.repeat(500)}`,
    );
    await server.notify('late.csv');
    assert.deepEqual((await jobOf('late')).rows, { read: 1500, scored: 1, failed: 1499 });
  });
});

describe('a notification that asks for nothing', () => {
  for (const [why, name, attributes, says] of [
    ['a folder', 'folder/', { objectGeneration: '1' }, 'OBJECT_SKIPPED'],
    ['no CSV', 'notes.txt', { objectGeneration: '1' }, 'OBJECT_SKIPPED'],
    ['a deletion', 'gone.csv', { objectGeneration: '1', eventType: 'OBJECT_DELETE' }, 'OBJECT_SKIPPED'],
    ['an object that is gone', 'gone.csv', { objectGeneration: '1' }, 'OBJECT_SUPERSEDED'],
    ['an older version', 'old.csv', { objectGeneration: '12345' }, 'OBJECT_SUPERSEDED'],
    ['a name that leaves the bucket', '../../etc/passwd.csv', { objectGeneration: '1' }, 'MESSAGE_REFUSED'],
    ['no generation', 'x.csv', { objectGeneration: '' }, 'MESSAGE_REFUSED'],
  ] as const) {
    it(`because it names ${why} is acknowledged, said, and writes no results`, async () => {
      await drop('old.csv', HEADER);
      const [before, logged, letters] = [
        outputs(),
        server.log().length,
        (await server.topic('dead-letters')).length,
      ];
      assert.equal(await server.notify(name, attributes), 204);
      assert.ok(server.log().slice(logged).includes(says), server.log().slice(logged));
      assert.deepEqual(outputs(), before);
      assert.equal(
        (await server.topic('dead-letters')).length,
        letters + (says === 'MESSAGE_REFUSED' ? 1 : 0),
      );
      await rm(join(server.inboxDir, 'old.csv'));
    });
  }
});
