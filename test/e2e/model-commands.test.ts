// The commands that make, check and show models, and a model file served by its name alone.
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runCli, serveIn, until } from './served.ts';

const root = join(import.meta.dirname, '../..');
const models = join(root, 'test/models');

let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scorestream-models-'));
});
after(() => rm(dir, { recursive: true, force: true }));

/** A folder of its own with a model file. */
async function copyModel(name: string): Promise<string> {
  const folder = await mkdtemp(join(dir, `${name}-`));
  await cp(join(models, name, 'model.onnx'), join(folder, 'model.onnx'));
  return folder;
}

describe('scorestream model init', () => {
  it('writes a manifest and golden rows that model check accepts', async () => {
    const folder = await copyModel('pipeline-columns');
    const from = join(models, 'pipeline-columns/train.csv');
    const made = await runCli(['model', 'init', join(folder, 'model.onnx'), '--from', from]);
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /manifest\.json: binary-classification of 0, 1; takes plan \(category\)/);
    const checked = await runCli(['model', 'check', folder, '--from', from]);
    assert.equal(checked.code, 0, checked.stderr);
    assert.match(checked.stdout, /golden rows +20, all as they must be/);
    assert.match(checked.stdout, /a row has the same bits alone, in pairs and among 999/);
    assert.ok(!checked.stdout.includes('Warning'), checked.stdout);
  });

  it('replaces nothing', async () => {
    const folder = await copyModel('ridge');
    await writeFile(join(folder, 'manifest.json'), 'mine');
    const { code, stderr } = await runCli(['model', 'init', join(folder, 'model.onnx')]);
    assert.equal(code, 1);
    assert.match(stderr, /manifest\.json is there already/);
    assert.equal(await readFile(join(folder, 'manifest.json'), 'utf8'), 'mine');
    assert.deepEqual((await readdir(folder)).sort(), ['manifest.json', 'model.onnx']);
  });

  it('leaves no golden file alone where the manifest cannot be written, and says why', async () => {
    const folder = await copyModel('ridge');
    const path = join(folder, 'manifest.json');
    await mkdir(path);
    const { code, stderr } = await runCli(['model', 'init', join(folder, 'model.onnx')]);
    assert.deepEqual([code, stderr], [1, `Cannot write ${path}: a folder or a link has that name.\n`]);
    assert.deepEqual((await readdir(folder)).sort(), ['manifest.json', 'model.onnx']);
  });

  for (const [why, words, says] of [
    ['another file', ['model.csv'], 'model.csv is no model file: expected a name that ends in .onnx.'],
    ['a file that is not there', ['/nowhere/m.onnx'], "/nowhere/m.onnx can't be read"],
    ['columns without a CSV', ['m.onnx', '--target', 'y'], 'give it with --from'],
  ] as const) {
    it(`refuses ${why}`, async () => {
      const { code, stderr } = await runCli(['model', 'init', ...words]);
      assert.equal(code, 1);
      assert.ok(stderr.includes(says), stderr);
    });
  }
});

describe('scorestream model pin', () => {
  it('lets an edited threshold be served, with golden rows that follow it', async () => {
    const folder = await copyModel('logistic-regression');
    assert.equal((await runCli(['model', 'init', join(folder, 'model.onnx')])).code, 0);
    const path = join(folder, 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as { outputs: object };
    await writeFile(
      path,
      JSON.stringify({ ...manifest, outputs: { ...manifest.outputs, threshold: 0.999 } }),
    );
    const before = await runCli(['model', 'check', folder]);
    assert.equal(before.code, 1);
    assert.match(before.stderr, /golden self-test failed: row \d+ must give the label 1, the model gives 0/);
    const { code, stdout } = await runCli(['model', 'pin', folder]);
    assert.equal(code, 0);
    assert.match(stdout, /are pinned as they are, and 20 golden rows were predicted again\.$/m);
    assert.equal((await runCli(['model', 'check', folder])).code, 0);
  });

  it('leaves golden rows alone that the model did not predict, and pins what else has changed', async () => {
    const folder = join(dir, 'pinned');
    await cp(join(root, 'model-files/flight-delay'), folder, { recursive: true });
    const golden = await readFile(join(folder, 'golden.json'), 'utf8');
    await writeFile(join(folder, 'golden.json'), `${golden}\n`);
    assert.equal((await runCli(['model', 'check', folder])).code, 1);
    const { stdout } = await runCli(['model', 'pin', folder]);
    assert.match(stdout, /are pinned as they are\.$/m);
    assert.equal((await runCli(['model', 'check', folder])).code, 0);
    assert.equal(await readFile(join(folder, 'golden.json'), 'utf8'), `${golden}\n`);
  });
});

describe('scorestream model check', () => {
  it('tells what a model takes, gives and costs', async () => {
    const { code, stdout } = await runCli(['model', 'check', join(root, 'model-files/flight-delay')]);
    assert.equal(code, 0);
    for (const line of [
      /^flight-delay 1 \(9a08cdc4bf3a\) can be served\.$/m,
      /predicts +binary-classification of 0, 1 \(positive: 1\)/,
      /opsets +ai\.onnx 15, ai\.onnx\.ml 1/,
      /operations +LinearClassifier/,
      /inputs +features float32 \[N, 37\]/,
      /outputs +label int64 \[N\], probabilities float32 \[N, 2\]/,
      /golden rows +20, all as they must be/,
      /cost +a row [\d.]+ ms, 64 rows [\d.]+ ms: runs in the event loop/,
    ]) {
      assert.match(stdout, line);
    }
  });

  it('warns of what a person should know', async () => {
    const { code, stdout } = await runCli(['model', 'check', join(models, 'double-matrix/model.onnx')]);
    assert.equal(code, 0);
    assert.match(stdout, /Warning: "features" is float64/);
    assert.match(stdout, /Warning: There is no golden file/);
    const batched = await runCli(['model', 'check', join(models, 'gaussian-nb/model.onnx')]);
    assert.match(batched.stdout, /predictions depend on the rows beside, by \d\.\de-\d+ at most/);
  });

  it("warns of categories that the data lacks, and of rows that can't be scored", async () => {
    const csv = join(dir, 'flights.csv');
    await writeFile(csv, 'OPERA,TIPOVUELO,MES\nIberia,I,1\nIberia,X,2\n');
    const flights = join(root, 'model-files/flight-delay');
    const { code, stdout } = await runCli(['model', 'check', flights, '--from', csv]);
    assert.equal(code, 0);
    assert.match(stdout, /Warning: The CSV never has "Aerolineas Argentinas", .* and 12 more in "OPERA"\./);
    assert.match(
      stdout,
      /Warning: 1 of the first 2 rows of the CSV can't be scored; row 1: column "TIPOVUELO"/,
    );
  });

  it("says why a model can't be served, and exits with 1", async () => {
    const folder = join(dir, 'broken');
    await cp(join(root, 'model-files/flight-delay'), folder, { recursive: true });
    await writeFile(join(folder, 'model.onnx'), 'no model');
    for (const [place, says] of [
      [folder, /can't be served \(MODEL_INVALID\): .*model\.onnx has the sha256 .*; the manifest says/],
      [join(folder, 'model.onnx'), /can't be served \(MODEL_INVALID\): The model file is not an ONNX model/],
      [join(dir, 'nothing'), /can't be served \(MODEL_INVALID\): There is no .*manifest\.json/],
    ] as const) {
      const { code, stderr, stdout } = await runCli(['model', 'check', place]);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, says);
    }
  });
});

describe('a command in two words', () => {
  for (const [words, says] of [
    [
      ['model'],
      'There is no command "model": expected one of model init, model check, model pin, model publish, model rollback, model show',
    ],
    [['model', 'chekc', 'x'], 'There is no command "model chekc": did you mean model check?'],
    [['model', 'show', 'localhost:1'], 'localhost:1 is no URL: expected http://… or https://….'],
    [['model', 'show', 'http://127.0.0.1:1'], 'gives no answer of a function'],
  ] as const) {
    it(`${words.join(' ')} says what is wrong`, async () => {
      const { code, stderr } = await runCli(words);
      assert.equal(code, 1);
      assert.ok(stderr.includes(says), stderr);
    });
  }
});

describe('a model file served by its name alone', () => {
  it('answers at every door, shows itself, and gets no file beside it', async () => {
    const folder = await copyModel('lightgbm-multiclass');
    const [dataDir, inboxDir] = [join(folder, 'data'), join(folder, 'inbox')];
    await mkdir(inboxDir);
    const served = await serveIn(dataDir, inboxDir, {}, ['--model', join(folder, 'model.onnx')]);
    try {
      const example = join(dataDir, 'example.json');
      const url = `http://127.0.0.1:${served.ports[0]}`;
      const answer = await fetch(`${url}/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: await readFile(example),
      });
      const { predictions } = (await answer.json()) as { predictions: { label: string }[] };
      assert.equal(answer.status, 200);
      assert.ok(
        predictions.length > 0 && predictions.every(({ label }) => /^(gold|silver|bronze)$/.test(label)),
      );
      const shown = await runCli(['model', 'show', url]);
      assert.match(shown.stdout, /^model 1 \([0-9a-f]{12}\), served since \d{4}-/);
      assert.equal((await runCli(['publish', 'features', example, '--data', dataDir])).code, 0);
      const pulled = await runCli(['pull', 'predictions', '--limit', '1', '--data', dataDir]);
      assert.match(pulled.stdout, new RegExp(`"label":"${predictions[0]?.label}"`));
      await cp(join(dataDir, 'example.csv'), join(inboxDir, 'example.csv'));
      await until(
        () => served.output().includes('Scored example.csv: 3 rows, 0 failed'),
        () => served.output(),
      );
      assert.deepEqual((await readdir(folder)).sort(), ['data', 'inbox', 'model.onnx']);
    } finally {
      await served.end('SIGINT');
    }
  });
});
