// What the published schema of manifests accepts and refuses, and what it says of its fields.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Schema, Validator } from '@cfworker/json-schema';
import manifest from '../../model-files/flight-delay/manifest.json' with { type: 'json' };
import schema from '../../model-files/manifest.schema.json' with { type: 'json' };

// The library's type wants literal types, which an imported JSON file does not have.
const validator = new Validator(schema as Schema, '2020-12', false);

const NUMBER = { name: 'age', type: 'number' };
const TIME = { name: 'at', type: 'timestamp', parts: ['month', 'hour'] };

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
    ['a time in parts', '/columns/0', TIME],
    ['a number that may be missing', '/columns/0', { ...NUMBER, missing: 'nan' }],
    ['three classes, of several types', '/outputs/classes', ['a', 1, true]],
    ['an output a class', '/outputs/probabilities', ['p0', 'p1']],
    ['keys to hand on', '/passthrough', ['id', '__proto__']],
    ['a file of values', '/data', [manifest.golden]],
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
    ['an unknown task', '/task', 'clustering', 'enum'],
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
    ['one class', '/outputs/classes', [1], 'minItems'],
    ['two equal classes', '/outputs/classes', [1, 1], 'uniqueItems'],
    ['a class that is no whole number', '/outputs/classes/0', 0.5, 'type'],
    ['a positive class that is null', '/outputs/positive', null, 'type'],
    ['a threshold that is text', '/outputs/threshold', '0.5', 'type'],
    ['no output for probabilities', '/outputs/probabilities', [], 'minItems'],
    ['an unknown activation', '/outputs/activation', 'relu', 'enum'],
    ['a missing value that is null', '/columns/0/missing', null, 'type'],
    ['an unknown encoding', '/columns/1/encoding', 'hash', 'enum'],
    ['parts of a category column', '/columns/1/parts', ['hour'], 'false'],
    ['an unknown part of a time', '/columns/0', { ...TIME, parts: ['hours'] }, 'enum', '/columns/0/parts/0'],
    ['a timestamp without parts', '/columns/0', { name: 'at', type: 'timestamp' }, 'required', '/columns/0'],
    ['a key to hand on twice', '/passthrough', ['id', 'id'], 'uniqueItems'],
    ['a file of values that is only a name', '/data', ['w.bin'], 'type', '/data/0'],
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
