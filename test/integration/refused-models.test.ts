// Whatever is published in place of a good model and can't be served: the good one answers on, and /ready and the
// log say why.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createProbes } from '../../functions/probes.ts';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { predictInstances } from '../../src/model/golden.ts';
import { createModelSource } from '../../src/model/source.ts';
import type { Logger } from '../../src/ports/logger.ts';
import { createScorer } from '../../src/serving/scorer.ts';

const shipped = join(import.meta.dirname, '../../model-files/flight-delay');
const models = join(import.meta.dirname, '../models');
const FLIGHT = { OPERA: 'Grupo LATAM', TIPOVUELO: 'I', MES: 7 };
const MAX_BYTES = 100_000;

type Json = Record<string, unknown>;

let dir = '';
let folder = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scorestream-refused-'));
});
after(() => rm(dir, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(dir, 'model-'));
  await cp(shipped, folder, { recursive: true });
});

const read = (name: string): Promise<Buffer> => readFile(join(folder, name));
const write = (name: string, bytes: string | Uint8Array): Promise<void> =>
  writeFile(join(folder, name), bytes);
const manifest = async (): Promise<Json> => JSON.parse(String(await read('manifest.json'))) as Json;

/** Publishes the manifest with some fields changed. */
async function change(fields: Json): Promise<void> {
  await write('manifest.json', JSON.stringify({ ...(await manifest()), ...fields }));
}

/** Publishes other bytes as the model, pinned as they are. */
async function replaceModel(bytes: Uint8Array, fields: Json = {}): Promise<void> {
  await write('other.onnx', bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await change({ model: { file: 'other.onnx', sha256 }, ...fields });
}

/** The shipped file with the only place of some bytes replaced by as many others. */
async function withBytes(from: Uint8Array, to: Uint8Array): Promise<Buffer> {
  const bytes = await read('model.onnx');
  const at = bytes.indexOf(from);
  assert.ok(at > 0 && bytes.indexOf(from, at + 1) === -1 && from.length === to.length);
  bytes.set(to, at);
  return bytes;
}

async function withOutputs(fields: Json): Promise<void> {
  await change({ outputs: { ...((await manifest())['outputs'] as Json), ...fields }, golden: undefined });
}

const refusals: readonly (readonly [why: string, publish: () => Promise<void>, says: RegExp])[] = [
  [
    'a checksum that is not that of the file',
    () => change({ model: { file: 'model.onnx', sha256: 'a'.repeat(64) } }),
    /model\.onnx has the sha256 [0-9a-f]{64}; the manifest says a{64}/,
  ],
  [
    'golden rows that come out otherwise',
    async () => {
      const golden = String(await read('golden.json')).replace('0.6963428228643715', '0.7963428228643715');
      const sha256 = createHash('sha256').update(golden).digest('hex');
      await write('other.json', golden);
      await change({ golden: { file: 'other.json', sha256 } });
    },
    /golden self-test failed: row 0 must give the probability 0\.796\d+ ± 0\.000001, the model gives 0\.696\d+/,
  ],
  [
    'a field that the schema does not know',
    () => change({ optputs: {} }),
    /invalid at optputs: .*nearest: "outputs"/,
  ],
  ['a manifest that is no JSON', () => write('manifest.json', '{'), /The manifest is not valid JSON/],
  [
    'a file that is not there',
    () => change({ model: { file: 'm.onnx', sha256: 'a'.repeat(64) } }),
    /There is no .*m\.onnx/,
  ],
  [
    'a golden file that is not there',
    () => change({ golden: { file: 'g.json', sha256: 'a'.repeat(64) } }),
    /There is no .*g\.json/,
  ],
  [
    'an output that the graph lacks',
    () => withOutputs({ label: 'lable' }),
    /no output "lable" that the manifest names/,
  ],
  [
    'an input that the graph lacks',
    () => change({ inputs: ['x'] }),
    /has the input "features", which .*"inputs" leaves out/,
  ],
  [
    'a feature too few',
    () => change({ features: ['a'], columns: [], golden: undefined }),
    /takes 37 features .* names 1/,
  ],
  [
    'three classes for two columns',
    () => withOutputs({ classes: [0, 1, 2] }),
    /outputs\.classes: expected two classes, got 3/,
  ],
  [
    'an operation that the runtime lacks',
    async () =>
      replaceModel(
        await withBytes(Buffer.from('"\x10LinearClassifier'), Buffer.from('"\x10LinearClassifieR')),
      ),
    /not an ONNX model that the runtime can open: .*LinearClassifieR/,
  ],
  [
    'an opset that the runtime lacks',
    async () =>
      replaceModel(
        await withBytes(Buffer.of(0x42, 4, 0x0a, 0, 0x10, 15), Buffer.of(0x42, 4, 0x0a, 0, 0x10, 120)),
      ),
    /not an ONNX model that the runtime can open: .*[Oo]pset/,
  ],
  [
    'values in a file outside the folder',
    async () => {
      const bytes = await readFile(join(models, 'external-data/model.onnx'));
      const escaped = Buffer.from(
        bytes.toString('latin1').replaceAll('model.onnx.data', '../../etc/hosts'),
        'latin1',
      );
      await replaceModel(escaped);
    },
    /keeps the values of ".*" in "\.\.\/\.\.\/etc\/hosts": only files of the model's own folder/,
  ],
  [
    'a file over the limit',
    () => replaceModel(Buffer.alloc(MAX_BYTES + 1)),
    /has 100001 bytes: expected at most 100000 \(MODEL_MAX_BYTES\)/,
  ],
  [
    'a truncated file',
    async () => replaceModel((await read('model.onnx')).subarray(0, 500)),
    /not an ONNX model/,
  ],
  ['bytes that are no model', () => replaceModel(Buffer.from('not a model at all')), /not an ONNX model/],
  ['an empty file', () => replaceModel(Buffer.alloc(0)), /not an ONNX model/],
  [
    'a column that makes other features',
    async () => {
      const [first, ...rest] = (await manifest())['columns'] as Json[];
      await change({ columns: [{ ...first, encoding: 'ordinal' }, ...rest] });
    },
    /column "OPERA" needs the feature "OPERA", which "features" does not have/,
  ],
  [
    'a missing value that the column would refuse',
    async () => {
      const [first, ...rest] = (await manifest())['columns'] as Json[];
      await change({ columns: [{ ...first, missing: 'nobody' }, ...rest] });
    },
    /column "OPERA" has "missing": "nobody": expected one of 23 categories/,
  ],
];

describe('a model that is published and refused', () => {
  for (const [why, publish, says] of refusals) {
    it(`for ${why} leaves the old one serving, and the reason is told`, async () => {
      const lines: string[] = [];
      const logger: Logger = {
        log: (severity, event, message) => void lines.push(`${severity} ${event} ${message}`),
      };
      const source = createModelSource(createLocalStorage(), folder, { maxBytes: MAX_BYTES });
      const scorer = createScorer(source, { logger, clock: systemClock, refreshMs: 60_000 });
      const digest = await scorer.withModel(async ({ identity }) => identity.digest);
      await publish();
      await scorer.refresh();
      await scorer.withModel(async (model) => {
        assert.equal(model.identity.digest, digest);
        assert.deepEqual((await predictInstances(model, [FLIGHT])).labels, [1]);
      });
      const probe = await createProbes({ scorer, logger })
        .get('/ready')
        ?.answer({} as never, '', []);
      const readiness = JSON.parse(String(probe?.body)) as { refresh?: { error: string } };
      assert.equal(probe?.status, 200);
      assert.match(readiness.refresh?.error ?? '', says);
      const told = lines.filter((line) => line.startsWith('ERROR MODEL_REFRESH_FAILED'));
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', says);
      await scorer.withModel((model) => model.release());
    });
  }
});
