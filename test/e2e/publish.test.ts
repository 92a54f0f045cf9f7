// A model's way to the cloud and back, by the commands: check, publish, serve from there, publish another, roll back.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { copyModelFiles, toVariant } from '../model-variant.ts';
import { describeWithGcs } from '../servers/gcs.ts';
import { runCli, serveIn } from './served.ts';

describeWithGcs('a model in a bucket', (server) => {
  let dir = '';
  let uri = '';
  let environment: Record<string, string> = {};
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'scorestream-publish-'));
    const bucket = await server().createBucket('published', { isVersioned: true });
    uri = `${bucket}/models/flights`;
    environment = { STORAGE_EMULATOR_HOST: server().host };
    for (const version of ['1', '2']) {
      await copyModelFiles(join(dir, version));
      await writeFile(
        join(dir, version, 'manifest.json'),
        await toVariant({ version, threshold: version === '1' ? 0.5 : 0.8 }),
      );
    }
  });
  after(() => rm(dir, { recursive: true, force: true }));

  /** Runs a command that must succeed, and returns what it printed. */
  const run = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runCli(words, environment);
    assert.equal(code, 0, stderr);
    return stdout;
  };

  it('is published, served from there, replaced, and rolled back', async () => {
    const first = await run('model', 'publish', join(dir, '1'), uri);
    assert.match(first, /^Created gs:\/\/published\S*\/models\/flights\/model-[0-9a-f]{12}\.onnx$/m);
    assert.match(first, /^Published flight-delay 1: [0-9a-f]{12} here is [0-9a-f]{12} there\.$/m);
    assert.match(await run('model', 'publish', join(dir, '1'), uri), /is published already\.$/m);
    assert.match(await run('model', 'check', uri), /^flight-delay 1 \([0-9a-f]{12}\) can be served\.$/m);

    const served = await serveIn(join(dir, 'data'), join(dir, 'inbox'), { ...environment, MODEL_URI: uri });
    try {
      const url = `http://127.0.0.1:${served.ports[0]}`;
      assert.match(await run('model', 'show', url), /^flight-delay 1 \(/);
      const second = await run('model', 'publish', join(dir, '2'), uri);
      assert.match(second, /^Found {3}gs:.*\.onnx$/m);
      assert.match(second, /^Published flight-delay 2: .*, in place of [0-9a-f]{12}\.$/m);
      served.process.kill('SIGHUP');
      await served.says('The predict function serves flight-delay 2 (');
      assert.match(await run('model', 'show', url), /^flight-delay 2 \(/);
      assert.match(
        await run('model', 'rollback', uri),
        /^flight-delay 1 \([0-9a-f]{12}\) is published again, in place of/,
      );
      served.process.kill('SIGHUP');
      await served.says('The predict function serves flight-delay 1 (');
    } finally {
      await served.end('SIGINT');
    }
  });

  it('is not published when it fails the check', async () => {
    const { code, stderr } = await runCli(['model', 'publish', join(dir, '1'), `${uri}-2`], environment);
    assert.equal(code, 0, stderr);
    await writeFile(join(dir, '1', 'model.onnx'), 'broken');
    const refused = await runCli(['model', 'publish', join(dir, '1'), `${uri}-3`], environment);
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /can't be served, so it is not published \(MODEL_INVALID\): .*has the sha256/,
    );
    const nothing = await runCli(['model', 'rollback', `${uri}-3`], environment);
    assert.equal(nothing.code, 1);
    assert.ok(nothing.stderr.includes(`${uri}-3`), nothing.stderr);
  });

  it('is refused in its own folder', async () => {
    const { code, stderr } = await runCli(['model', 'publish', uri, uri], environment);
    assert.equal(code, 1);
    assert.match(stderr, /are one folder: name where it is served from/);
  });
});
