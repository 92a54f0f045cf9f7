// A model that is published while serve runs: taken up at SIGHUP, told on /ready, and never at the cost of the old one.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { copyModelFiles, digestOf, publishManifest, toVariant } from '../model-variant.ts';
import { type Served, serveIn, until } from './served.ts';

const storage = createLocalStorage();
let dir = '';
let model = '';
let served: Served;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scorestream-refresh-'));
  model = join(dir, 'model');
  await copyModelFiles(model);
  await publishManifest(storage, model, await toVariant({ version: '1', threshold: 0.5 }));
  served = await serveIn(join(dir, 'data'), join(dir, 'inbox'), { MODEL_URI: model });
});
after(async () => {
  await served.end('SIGKILL');
  await rm(dir, { recursive: true, force: true, maxRetries: 10 });
});

interface Readiness {
  readonly ready: boolean;
  readonly model: { readonly version: string; readonly digest: string };
  readonly since: string;
  readonly refresh?: { readonly error: string; readonly since: string };
}

const readiness = async (): Promise<Readiness> => {
  const answer = await fetch(`http://127.0.0.1:${served.ports[0]}/ready`);
  assert.equal(answer.status, 200);
  return (await answer.json()) as Readiness;
};

const labelOf = async (): Promise<number> => {
  const answer = await fetch(`http://127.0.0.1:${served.ports[0]}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}',
  });
  return ((await answer.json()) as { label: number }).label;
};

describe('serve, at SIGHUP', () => {
  it('goes on, and both functions serve the model that is published now', async () => {
    const before = await readiness();
    assert.deepEqual([await labelOf(), before.model.version, before.refresh], [1, '1', undefined]);
    const next = await toVariant({ version: '2', threshold: 0.8 });
    await publishManifest(storage, model, next);
    served.process.kill('SIGHUP');
    const digest = digestOf(next);
    for (const target of ['predict', 'score']) {
      await served.says(`The ${target} function serves flight-delay 2 (${digest}) now.`);
    }
    const now = await readiness();
    assert.deepEqual(
      [await labelOf(), now.ready, now.model.digest, now.refresh],
      [0, true, digest, undefined],
    );
    assert.ok(now.since > before.since);
  });

  it('keeps the old model when the new one is broken, and says why', async () => {
    await publishManifest(storage, model, Buffer.from('{}'));
    served.process.kill('SIGHUP');
    await until(
      async () => (await readiness()).refresh !== undefined,
      () => 'the failure on /ready',
    );
    const { refresh, model: still, ready } = await readiness();
    assert.match(refresh?.error ?? '', /^The manifest is invalid at \w+: expected a value, got nothing\.$/);
    assert.match(refresh?.since ?? '', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual([ready, still.version, await labelOf()], [true, '2', 0]);
    await served.says('ERROR MODEL_REFRESH_FAILED: ');
  });

  it('takes up what was mended', async () => {
    await publishManifest(storage, model, await toVariant({ version: '3', threshold: 0.5 }));
    served.process.kill('SIGHUP');
    await served.says('The predict function serves flight-delay 3 ');
    assert.deepEqual([await labelOf(), (await readiness()).refresh], [1, undefined]);
    assert.equal(await served.end('SIGINT'), 0);
  });
});
