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

const NUMBER = { name: 'age', type: 'number' };

describe('the manifest schema accepts', () => {
  const accepted: readonly (readonly [name: string, at: string, value: unknown])[] = [
    ['a manifest without columns', '/columns', undefined],
    ['empty columns', '/columns', []],
    ['a manifest without a golden file', '/golden', undefined],
    ['a manifest without a description', '/description', undefined],
    ['outputs without a positive class', '/outputs/positive', undefined],
    ['a threshold of 0', '/outputs/threshold', 0],
    ['a threshold of 1', '/outputs/threshold', 1],
    ['classes of text', '/outputs/classes', ['no', 'yes']],
    ['categories of several types', '/columns/1/categories', ['I', 7, 0.5, true]],
    ['a number column', '/columns/0', NUMBER],
    ['a number column with bounds', '/columns/0', { ...NUMBER, min: 0, max: 130.5, integer: true }],
    ['a file named by its content', '/model/file', 'model-7f2d4325d4c7.onnx'],
    ['a file named as people do', '/model/file', 'my modèl (1).onnx'],
  ];
  for (const [name, at, value] of accepted) {
    test(name, () => assert.deepEqual(validator.validate(withChange(at, value)).errors, []));
  }
});

describe('the manifest schema refuses', () => {
  /** `place` is where the first error that is no wrapper points, when it is not `at` itself. */
  const refused: readonly (readonly [
    name: string,
    at: string,
    value: unknown,
    keyword: string,
    place?: string,
  ])[] = [
    ['another format', '/format', 2, 'const'],
    ['a manifest without a name', '/name', undefined, 'required', ''],
    ['a manifest without features', '/features', undefined, 'required', ''],
    ['a manifest without outputs', '/outputs', undefined, 'required', ''],
    ['an unknown field', '/colums', [], 'false'],
    ['a name with a slash', '/name', 'flight/delay', 'pattern'],
    ['a name of 101 characters', '/name', 'a'.repeat(101), 'pattern'],
    ['an empty version', '/version', '', 'pattern'],
    ['a version that is a number', '/version', 1, 'type'],
    ['a description that is no text', '/description', ['a'], 'type'],
    ['an unknown task', '/task', 'regression', 'enum'],
    ['a model that is only a name', '/model', 'model.onnx', 'type'],
    ['a file in a folder', '/model/file', 'a/model.onnx', 'pattern'],
    ['a file in a folder, by backslash', '/model/file', 'a\\model.onnx', 'pattern'],
    ['a file with a leading point', '/golden/file', '..', 'pattern'],
    ['a file with a line break', '/golden/file', 'golden\n.json', 'pattern'],
    ['a file without a name', '/golden/file', '', 'pattern'],
    ['a file without a checksum', '/golden/sha256', undefined, 'required', '/golden'],
    ['a short checksum', '/model/sha256', manifest.model.sha256.slice(1), 'pattern'],
    ['a checksum in capitals', '/model/sha256', 'A'.repeat(64), 'pattern'],
    ['an unknown field of a file', '/model/url', 'x', 'false'],
    ['columns by name', '/columns', { MES: [1] }, 'type'],
    ['a column without a type', '/columns/1/type', undefined, 'required', '/columns/1'],
    ['a column of an unknown type', '/columns/1/type', 'text', 'enum'],
    ['a column without a name', '/columns/2/name', '', 'minLength'],
    ['an unknown field of a column', '/columns/2/label', 'x', 'false'],
    ['a category column without categories', '/columns/1/categories', undefined, 'required', '/columns/1'],
    ['categories that are no array', '/columns/1/categories', 'I', 'type'],
    ['no categories', '/columns/1/categories', [], 'minItems'],
    ['a category twice', '/columns/1/categories', ['I', 'I'], 'uniqueItems'],
    ['a category that is null', '/columns/1/categories/1', null, 'type'],
    ['a bound of a category column', '/columns/2/min', 1, 'false'],
    [
      'categories of a number column',
      '/columns/0',
      { ...NUMBER, categories: [1] },
      'false',
      '/columns/0/categories',
    ],
    ['a bound that is text', '/columns/0', { ...NUMBER, max: '9' }, 'type', '/columns/0/max'],
    ['no features', '/features', [], 'minItems'],
    ['a feature twice', '/features/1', manifest.features[0], 'uniqueItems', '/features'],
    ['a feature without a name', '/features/36', '', 'minLength'],
    ['outputs without classes', '/outputs/classes', undefined, 'required', '/outputs'],
    ['one class', '/outputs/classes', [1], 'minItems'],
    ['three classes', '/outputs/classes', [0, 1, 2], 'maxItems'],
    ['two equal classes', '/outputs/classes', [1, 1], 'uniqueItems'],
    ['a class that is no whole number', '/outputs/classes/0', 0.5, 'type'],
    ['a positive class that is a boolean', '/outputs/positive', true, 'type'],
    ['a threshold that is text', '/outputs/threshold', '0.5', 'type'],
    ['a threshold below 0', '/outputs/threshold', -0.1, 'minimum'],
    ['a threshold in percent', '/outputs/threshold', 50, 'maximum'],
  ];
  const wrappers = new Set(['$ref', 'additionalProperties', 'allOf', 'if', 'items', 'properties']);
  for (const [name, at, value, keyword, place = at] of refused) {
    test(name, () => {
      const { errors } = validator.validate(withChange(at, value));
      const first = errors.find((error) => !wrappers.has(error.keyword));
      assert.deepEqual([first?.instanceLocation, first?.keyword], [`#${place}`, keyword]);
    });
  }
});

test('every field of the manifest schema says what it means and its default', () => {
  const silent = fieldsOf(schema, '#').filter(
    ({ field }) => !/\bdefault\b/i.test(String(Reflect.get(field, 'description'))),
  );
  assert.deepEqual(
    silent.map(({ place }) => place),
    [],
  );
});

/** Every schema below a `properties` that describes a field; `false` and the tests of `if` describe none. */
function fieldsOf(node: object, place: string): { readonly field: object; readonly place: string }[] {
  return Object.entries(node).flatMap(([key, value]) => {
    if (typeof value !== 'object' || value === null || key === 'if') return [];
    const below = fieldsOf(value, `${place}/${key}`);
    const isField = place.endsWith('/properties');
    return isField ? [{ field: value, place: `${place}/${key}` }, ...below] : below;
  });
}

/** The shipped manifest with the value at a JSON pointer replaced, or removed when undefined. */
function withChange(pointer: string, value: unknown): unknown {
  const changed: object = structuredClone(manifest);
  const keys = pointer.split('/').slice(1);
  const last = keys.pop() ?? '';
  const parent = keys.reduce<object>((node, key) => Reflect.get(node, key), changed);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, value);
  return changed;
}
