// What a manifest's schema can't say: each refusal names the place, what was expected and what was found.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import manifest from '../../model-files/flight-delay/manifest.json' with { type: 'json' };
import { parseManifest } from '../../src/model/manifest.ts';
import { planInputs, planRun } from '../../src/model/run-plan.ts';
import type { GraphValue } from '../../src/model/session.ts';

const { columns: _, ...REST } = manifest;
const NUMBER = { name: 'n', type: 'number' };
const BINARY = { label: 'label', probabilities: 'p', classes: [0, 1] };
const SCORES = { label: 'label', scores: 's', classes: [0, 1] };

function parse(change: object): Promise<unknown> {
  return parseManifest(Buffer.from(JSON.stringify({ ...REST, features: ['n'], ...change })));
}

describe('a manifest', () => {
  for (const [change, told] of [
    [{ columns: [NUMBER, NUMBER] }, 'columns[1].name: expected a name of its own, got "n" once more'],
    [{ columns: [{ ...NUMBER, min: 2, max: 1 }] }, 'columns[0].max: expected 2 or more, as min says, got 1'],
    [{ features: ['n', 'm', 'n'] }, 'features[2]: expected a value that the list does not have yet, got "n"'],
    [{ inputs: ['x', 'x'] }, 'inputs[1]: expected a value that'],
    [{ passthrough: ['id', '__proto__', 'id'] }, 'passthrough[2]: expected a value that'],
    [
      { columns: [{ name: 'c', type: 'category', categories: ['a', 'b', 'a'] }] },
      'columns[0].categories[2]: expected a value that',
    ],
    [{ columns: [{ name: 't', type: 'timestamp', parts: ['day', 'day'] }] }, 'columns[0].parts[1]: expected'],
    [{ colums: [] }, 'colums: expected no such field here (nearest: "columns"), got an array of 0'],
    [{ columns: [{ ...NUMBER, mim: 1 }] }, 'columns[0].mim: expected no such field here (nearest: "min")'],
    [{ 'a%b': 1 }, 'a%b: expected no such field here'],
    [{ toString: 1 }, 'toString: expected no such field here, got 1'],
    [{ name: undefined }, 'name: expected a value, got nothing'],
    [{ features: 'n' }, 'features: expected array, got "n"'],
  ] as const) {
    it(`with ${JSON.stringify(change).slice(0, 70)} is refused`, async () => {
      await assert.rejects(parse(change), (error: Error) => {
        assert.ok(error.message.startsWith(`The manifest is invalid at ${told}`), error.message);
        assert.equal(Reflect.get(error, 'code'), 'MODEL_INVALID');
        return true;
      });
    });
  }

  for (const [bytes, told] of [
    [Buffer.from('{'), /^The manifest is not valid JSON/],
    [Buffer.of(0xff), /^The manifest is not valid UTF-8/],
    [Buffer.from('[]'), /at the top level: expected object, got an array of 0/],
    [Buffer.from('{"\\ud800":1}'), /a field whose name is not valid Unicode/],
    [Buffer.from(`{"name":${'['.repeat(50_000)}${']'.repeat(50_000)}}`), /^The manifest is not valid JSON/],
  ] as const) {
    it(`of the bytes ${bytes.toString('latin1').slice(0, 12)} is refused`, () =>
      assert.rejects(parseManifest(bytes), { code: 'MODEL_INVALID', message: told }));
  }

  it('may have 10,000 categories', async () => {
    const categories = Array.from({ length: 10_000 }, (_each, index) => `category ${index}`);
    await parse({ columns: [{ name: 'c', type: 'category', categories }], features: categories });
  });
});

describe('the outputs of a manifest', () => {
  for (const [task, outputs, told] of [
    [
      'binary-classification',
      {},
      'outputs: expected at least one of label, probabilities and scores, got none',
    ],
    [
      'binary-classification',
      { ...BINARY, scores: 's' },
      'outputs.scores: expected no scores beside probabilities',
    ],
    [
      'binary-classification',
      { ...BINARY, classes: undefined },
      'outputs.classes: expected two classes, got 0',
    ],
    [
      'binary-classification',
      { ...BINARY, classes: [0, 1, 2] },
      'outputs.classes: expected two classes, got 3',
    ],
    [
      'binary-classification',
      { ...BINARY, classes: [1, '1'] },
      'outputs.classes[1]: expected a class of another text, got "1" beside 1',
    ],
    ['binary-classification', { ...BINARY, positive: 2 }, 'outputs.positive: expected one of 0, 1, got 2'],
    [
      'binary-classification',
      { ...BINARY, positive: '1' },
      'outputs.positive: expected one of 0, 1, got "1"',
    ],
    [
      'binary-classification',
      { label: 'l', positive: 1 },
      'outputs.positive: expected nothing without outputs.classes, got 1',
    ],
    [
      'binary-classification',
      { ...BINARY, threshold: 1.1 },
      'outputs.threshold: expected a probability, 0 to 1, got 1.1',
    ],
    ['binary-classification', { ...BINARY, threshold: -0.1 }, 'outputs.threshold: expected a probability'],
    [
      'binary-classification',
      { label: 'l', classes: [0, 1], threshold: 0.5 },
      'outputs.threshold: expected none without probabilities or scores, got 0.5',
    ],
    [
      'binary-classification',
      { ...SCORES, activation: 'sigmoid' },
      'outputs.activation: expected none without probabilities, got "sigmoid"',
    ],
    [
      'binary-classification',
      { ...SCORES, csv: 'all' },
      'outputs.csv: expected "label" without probabilities, got "all"',
    ],
    [
      'binary-classification',
      { ...BINARY, values: 'v' },
      'outputs.values: expected no such field for the task binary',
    ],
    [
      'multiclass-classification',
      { ...BINARY, classes: undefined },
      'outputs.classes: expected two classes or more, got 0',
    ],
    [
      'multiclass-classification',
      { ...BINARY, positive: 1 },
      'outputs.positive: expected no such field for the task multi',
    ],
    [
      'multiclass-classification',
      { ...BINARY, threshold: 1 },
      'outputs.threshold: expected no such field for the task multi',
    ],
    [
      'multiclass-classification',
      { classes: [0, 1, 2], probabilities: ['a', 'b'] },
      'outputs.probabilities: expected one output a class (3), got 2',
    ],
    ['regression', {}, 'outputs.values: expected a value, for the task regression, got nothing'],
    [
      'regression',
      { values: 'v', label: 'l' },
      'outputs.label: expected no such field for the task regression',
    ],
    [
      'regression',
      { values: 'v', csv: 'all' },
      'outputs.csv: expected no such field for the task regression',
    ],
    ['anomaly', { scores: 's' }, 'outputs.label: expected a value, for the task anomaly, got nothing'],
    [
      'anomaly',
      { label: 'l', threshold: 0 },
      'outputs.threshold: expected no such field for the task anomaly',
    ],
  ] as const) {
    it(`of ${task} may not be ${JSON.stringify(outputs)}`, () =>
      assert.rejects(parse({ task, outputs }), (error: Error) => {
        assert.ok(error.message.startsWith(`The manifest is invalid at ${told}`), error.message);
        return true;
      }));
  }

  for (const [task, outputs] of [
    ['binary-classification', { label: 'l' }],
    ['binary-classification', { ...SCORES, threshold: -3.5, positive: 0 }],
    ['binary-classification', { ...BINARY, threshold: 0, csv: 'all', activation: 'softmax' }],
    ['binary-classification', { probabilities: ['a', 'b'], classes: [false, true] }],
    ['multiclass-classification', { scores: 's', classes: ['a', 1, true] }],
    ['regression', { values: ['a', 'b'], targets: ['x', '__proto__'] }],
    ['anomaly', { label: 'l', scores: 's' }],
  ] as const) {
    it(`of ${task} may be ${JSON.stringify(outputs)}`, async () => {
      await parse({ task, outputs });
    });
  }
});

describe("a graph's inputs", () => {
  /** @param type empty for what is no tensor */
  const x = (shape: GraphValue['shape'], type = 'float32', name = 'x'): GraphValue => ({
    name,
    type: type === '' ? undefined : type,
    shape,
  });
  for (const [inputs, names, told] of [
    [[], undefined, 'The model has no input.'],
    [[x(['N', 2], '')], undefined, 'The model\'s input "x" is not a tensor: expected float32,'],
    [[x(['N', 2], 'float16')], undefined, 'The model\'s input "x" is float16: expected float32,'],
    [[x([7, 2])], undefined, 'The model\'s input "x" takes 7 rows at a time: export it with a dynamic'],
    [[x(['N', 2, 3])], undefined, 'The model\'s input "x" has the shape [N, 2, 3]: expected [rows] or'],
    [[x([])], undefined, 'The model\'s input "x" has the shape []: expected [rows] or'],
    [[x(['N', 0])], undefined, 'The model\'s input "x" takes no features: [N, 0].'],
    [[x(['N', -1])], undefined, 'The model\'s input "x" takes no features: [N, -1].'],
    [[x(['N', ''])], undefined, 'The model\'s input "x" does not say how many features it takes'],
    [[x(['N', 2 ** 31])], undefined, 'The model takes 2147483648 features: expected at most 100000.'],
    [[x(['N', 'M']), x(['N', 2], 'float32', 'z')], undefined, 'The model\'s input "x" does not say how many'],
    [
      [x(['N', 1]), x(['N', 1], 'float32', 'z')],
      ['x'],
      'The model has the input "z", which the manifest\'s "inputs" leaves out.',
    ],
    [[x(['N', 1])], ['x', 'z'], 'The model has no input "z" that the manifest names; it has "x".'],
  ] as const) {
    it(`${JSON.stringify(inputs)} for ${JSON.stringify(names) ?? 'no list'} are refused`, () =>
      assert.throws(
        () => planInputs(inputs, names, undefined),
        (error: Error) => {
          assert.ok(error.message.startsWith(told), error.message);
          assert.equal(Reflect.get(error, 'code'), 'MODEL_INVALID');
          return true;
        },
      ));
  }

  it('are fed in the order that the manifest gives, one row at a time where one is all they take', async () => {
    const { outputs } = (await parse({ outputs: BINARY })) as Parameters<typeof planRun>[1]; // a manifest
    const graph = {
      inputs: [x(['N', 2]), x([1], 'bool', 'z')],
      outputs: [x([], 'int64', 'label'), x([], 'float32', 'p')],
    };
    assert.deepEqual(planRun(graph, { inputs: ['z', 'x'], features: ['a', 'b', 'c'], outputs }), {
      inputs: [
        { name: 'z', type: 'bool', width: 1, rank: 1 },
        { name: 'x', type: 'float32', width: 2, rank: 2 },
      ],
      outputs: ['label', 'p'],
      oneByOne: true,
    });
    for (const [output, told] of [
      [x([], 'float32', 'q'), 'The model has no output "p" that the manifest names; it has "label", "q".'],
      [
        x([], '', 'p'),
        'The model\'s output "p" is a sequence or a map that is no ZipMap: it can\'t be read.',
      ],
    ] as const) {
      const other = { ...graph, outputs: [x([], 'int64', 'label'), output] };
      const features = ['a', 'b', 'c'];
      assert.throws(() => planRun(other, { inputs: undefined, features, outputs }), { message: told });
    }
  });
});
