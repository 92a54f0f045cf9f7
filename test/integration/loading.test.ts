// What each function loads, and how it behaves while its model can't be loaded.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startServer } from './function-server.ts';

const root = join(import.meta.dirname, '../..');
const shipped = join(root, 'model-files/flight-delay');
const FLIGHT = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';

/** The URLs of all modules that a script loads. */
async function modulesOf(target: string): Promise<string[]> {
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context); } });`;
  const child = spawn(
    process.execPath,
    [
      `--import=data:text/javascript,${encodeURIComponent(hook)}`,
      '--eval',
      `process.argv.push('--target=${target}'); import(${JSON.stringify(join(root, 'functions/index.ts'))})`,
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  return output.split('\n');
}

describe('a cold start', () => {
  it('of predict loads nothing of the other door, and no Google SDK', async () => {
    const modules = await modulesOf('predict');
    assert.ok(modules.some((url) => url.endsWith('/functions/http/routes.ts')));
    const surplus =
      /functions\/pubsub|src\/(?:stream|batch|local)\/|local\/publisher|adapters\/gcs\/(?!object-name)|@google-cloud\/(?!functions-framework)/;
    assert.deepEqual(
      modules.filter((url) => surplus.test(url)),
      [],
    );
  });

  it('of score loads nothing of the other door, nor of the laptop', async () => {
    const modules = await modulesOf('score');
    assert.ok(modules.some((url) => url.endsWith('/src/batch/score-event.ts')));
    assert.deepEqual(
      modules.filter((url) => /functions\/http\/|src\/local\//.test(url)),
      [],
    );
  });

  it('of another target ends with a sentence', async () => {
    const modules = await modulesOf('predcit');
    assert.ok(modules.join('\n').includes('The function target is "predcit": expected predict or score.'));
  });
});

describe('a function without its model', () => {
  let dir = '';
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'scorestream-model-'));
  });
  after(() => rm(dir, { recursive: true, force: true }));

  it('answers 503 and says why, and serves as soon as the model is there', async () => {
    const server = await startServer('predict', { modelUri: dir });
    const post = (): Promise<Response> =>
      fetch(server.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: FLIGHT });
    try {
      const refused = await post();
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '5']);
      assert.equal(((await refused.json()) as { code: string }).code, 'MODEL_NOT_READY');
      const ready = await fetch(`${server.url}/ready`);
      assert.equal(ready.status, 503);
      assert.match(((await ready.json()) as { error: string }).error, /There is no .*manifest\.json/);
      await cp(shipped, dir, { recursive: true });
      assert.equal((await post()).status, 200);
      assert.equal((await fetch(`${server.url}/ready`)).status, 200);
    } finally {
      await server.stop();
    }
  });

  it('asks for its messages again', async () => {
    const server = await startServer('score', { modelUri: join(dir, 'nowhere') });
    try {
      assert.equal(await server.push('/features', { id: 'm', data: FLIGHT }), 503);
      assert.deepEqual([await server.topic('predictions'), await server.topic('dead-letters')], [[], []]);
    } finally {
      await server.stop();
    }
  });

  const manifest = async (): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(join(shipped, 'manifest.json'), 'utf8')) as Record<string, unknown>;
  for (const [why, change, says] of [
    [
      'another checksum',
      { model: { file: 'model.onnx', sha256: '0'.repeat(64) } },
      /model\.onnx has the sha256 [0-9a-f]{64}; the manifest says 0{64}/,
    ],
    [
      'an output that the graph lacks',
      { outputs: { label: 'lable', probabilities: 'probabilities', classes: [0, 1] } },
      /no output "lable".* it has "label", "probabilities"/,
    ],
    [
      'the other class as positive',
      { outputs: { label: 'label', probabilities: 'probabilities', classes: [0, 1], positive: 0 } },
      /golden self-test failed: row 0 must give the probability 0\.69\d+ ± 0\.000001, the model gives 0\.30/,
    ],
    [
      'a feature too few',
      { features: ['a'], columns: [], golden: undefined },
      /takes 37 features \("features" × 37\); the manifest names 1/,
    ],
    [
      'a broken column',
      { columns: [{ name: 'OPERA', type: 'category', categories: 'I' }] },
      /invalid at columns\[0\]\.categories: expected array, got "I"/,
    ],
    [
      'an unknown field',
      { outptus: 1 },
      /invalid at outptus: expected no such field here \(nearest: "outputs"\)/,
    ],
    ['no name', { name: undefined }, /invalid at name: expected a value, got nothing/],
  ] as const) {
    it(`because of ${why} names it`, async () => {
      await cp(shipped, dir, { recursive: true });
      await writeFile(join(dir, 'manifest.json'), JSON.stringify({ ...(await manifest()), ...change }));
      const server = await startServer('predict', { modelUri: dir });
      try {
        const { error } = (await (await fetch(`${server.url}/ready`)).json()) as { error: string };
        assert.match(error, says);
      } finally {
        await server.stop();
      }
    });
  }

  it('follows the threshold of its manifest', async () => {
    await cp(shipped, dir, { recursive: true });
    const changed = await manifest();
    const outputs = { ...(changed['outputs'] as object), threshold: 0.8 };
    const { golden: _, ...rest } = changed;
    await writeFile(join(dir, 'manifest.json'), JSON.stringify({ ...rest, outputs }));
    const server = await startServer('predict', { modelUri: dir });
    try {
      const answer = await fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: FLIGHT,
      });
      assert.match(await answer.text(), /^\{"label":0,"probability":0\.72130173,/);
    } finally {
      await server.stop();
    }
  });
});
