import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { type Schema, Validator } from '@cfworker/json-schema';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import coefficients from '../../model-files/flight-delay/coefficients.json' with { type: 'json' };
import golden from '../../model-files/flight-delay/golden.json' with { type: 'json' };
import manifest from '../../model-files/flight-delay/manifest.json' with { type: 'json' };
import reference from '../../model-files/flight-delay/reference.json' with { type: 'json' };
import schema from '../../model-files/manifest.schema.json' with { type: 'json' };

const FOLDER = new URL('../../model-files/flight-delay/', import.meta.url);
// The library's type wants literal types, which an imported JSON file does not have.
const validator = new Validator(schema as Schema, '2020-12', false);

describe('the shipped manifest', () => {
  test('is valid by the published schema', () => {
    assert.deepEqual(validator.validate(manifest), { valid: true, errors: [] });
  });

  for (const { file, sha256 } of [manifest.model, manifest.golden]) {
    test(`pins ${file} by the checksum of its bytes`, async () => {
      const content = await readFile(new URL(file, FOLDER));
      assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
    });
  }

  test('has columns whose categories are the features, in order', () => {
    const made = manifest.columns.flatMap(({ name, categories }) =>
      categories.map((value) => `${name}_${value}`),
    );
    assert.deepEqual(made, manifest.features);
    assert.equal(made.length, 37);
  });

  test('has the features and columns of the published coefficients', () => {
    assert.deepEqual(
      manifest.features,
      coefficients.features.map(({ name }) => name),
    );
    assert.deepEqual(
      Object.fromEntries(manifest.columns.map(({ name, categories }) => [name, categories])),
      coefficients.raw_columns,
    );
  });
});

test('golden.json asks for the reference rows as arrays, then as columns where the reference has them', () => {
  const asArrays = reference.rows.map(({ x, label, probability }) => ({
    instance: x,
    prediction: { label, probability },
  }));
  const asColumns = reference.rows.flatMap(({ raw, label, probability }) =>
    raw === undefined ? [] : [{ instance: raw, prediction: { label, probability } }],
  );
  assert.equal(asArrays.length, 12);
  assert.equal(asColumns.length, 8);
  assert.deepEqual(golden, { format: 1, tolerance: 1e-6, rows: [...asArrays, ...asColumns] });
});

test('the columns of a reference row one-hot encoded are its array', () => {
  for (const { raw, x } of reference.rows) {
    if (raw === undefined) continue;
    const ones = new Set(Object.entries(raw).map(([column, value]) => `${column}_${value}`));
    assert.deepEqual(
      manifest.features.map((feature) => Number(ones.has(feature))),
      x,
    );
  }
});

describe('model.onnx', () => {
  let session: InferenceSession;
  before(async () => {
    session = await InferenceSession.create(await readFile(new URL(manifest.model.file, FOLDER)));
  });
  after(() => session.release());

  async function run(
    rows: readonly (readonly number[])[],
  ): Promise<Record<'label' | 'probabilities', Tensor>> {
    const shape = [rows.length, manifest.features.length];
    const { label, probabilities } = await session.run({
      features: new Tensor('float32', Float32Array.from(rows.flat()), shape),
    });
    assert.ok(label && probabilities);
    return { label, probabilities };
  }

  test('has the input and the outputs that the manifest names', () => {
    assert.deepEqual(session.inputNames, ['features']);
    assert.deepEqual(session.outputNames, [manifest.outputs.label, manifest.outputs.probabilities]);
  });

  test('gives the reference labels, and the probabilities within the tolerance', async () => {
    const { label, probabilities } = await run(reference.rows.map(({ x }) => x));
    assert.deepEqual([label.type, label.dims], ['int64', [12]]);
    assert.deepEqual([probabilities.type, probabilities.dims], ['float32', [12, 2]]);
    for (const [index, expected] of reference.rows.entries()) {
      const [negative, positive] = [probabilities.data[2 * index], probabilities.data[2 * index + 1]].map(
        Number,
      );
      assert.equal(Number(label.data[index]), expected.label, `label of row ${index}`);
      assert.ok(
        Math.abs(Number(positive) - expected.probability) <= reference.tolerance,
        `row ${index}: ${positive}, expected ${expected.probability}`,
      );
      assert.ok(
        Math.abs(Number(negative) + Number(positive) - 1) <= reference.tolerance,
        `row ${index}: the sum`,
      );
    }
  });

  test('gives a row the same bits alone, padded to two, as among twelve', async () => {
    const together = (await run(reference.rows.map(({ x }) => x))).probabilities.data;
    for (const [index, { x }] of reference.rows.entries()) {
      const alone = (await run([x, x.map(() => 0)])).probabilities.data;
      assert.deepEqual(alone.slice(0, 2), together.slice(2 * index, 2 * index + 2), `row ${index}`);
    }
  });
});
