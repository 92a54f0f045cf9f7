// What `model init` takes outputs for, where more than one thing could be meant.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guessOutputs } from '../../src/model/init/outputs.ts';
import { normaliseModel } from '../../src/model/onnx/normalise.ts';
import type { RawTensor } from '../../src/model/session.ts';
import { type Fields, HEAD, message, modelOf, node, text } from '../onnx-bytes.ts';
import { float, labels, tensor } from './output-tensors.ts';

/** A graph whose label is made by an operation that lists classes. */
function guess(
  outputs: Readonly<Record<string, RawTensor>>,
  classes: readonly string[] = [],
  op = 'LinearClassifier',
) {
  const list: Fields = [...text(1, 'classlabels_strings'), ...classes.flatMap((label) => text(9, label))];
  const graph = message(7, node(op, ['x'], Object.keys(outputs), list));
  const seen = Object.entries(outputs).map(([name, each]) => {
    const { length } = each.data as ArrayLike<unknown>; // a typed array, or texts
    return { name, tensor: each, width: length / 2 };
  });
  const { task, outputs: guessed } = guessOutputs(normaliseModel(modelOf(HEAD, graph)), seen, 2);
  return { task, ...guessed };
}

const B = 'binary-classification';
const M = 'multiclass-classification';
const words = tensor('string', ['no', 'yes'], [2]);

describe('outputs', () => {
  for (const [what, outputs, classes, expected] of [
    [
      'that add up to 1, beside a label',
      { l: labels(0, 1), p: float(0.5, 0.5, 0.25, 0.75) },
      [],
      { task: B, label: 'l', classes: [0, 1], probabilities: 'p' },
    ],
    [
      'that add up to less, beside a label',
      { l: labels(0, 1), p: float(0.5, 0.25, 0.25, 0.5) },
      [],
      { task: B, label: 'l', classes: [0, 1], scores: 'p' },
    ],
    [
      'of one number between 0 and 1, beside a label',
      { l: labels(0, 1), p: float(0.5, 0.25) },
      [],
      { task: B, label: 'l', classes: [0, 1], probabilities: 'p' },
    ],
    [
      'of one number for -1 and 1',
      { l: labels(-1, 1), s: float(-0.5, 0.25) },
      [],
      { task: 'anomaly', label: 'l', scores: 's' },
    ],
    [
      'of one number for -1 and 1 that are listed',
      { l: tensor('string', ['-1', '1'], [2]), s: float(-0.5, 2) },
      ['-1', '1'],
      { task: B, label: 'l', classes: ['-1', '1'], scores: 's' },
    ],
    [
      'with classes in the order of the graph',
      { l: words, p: float(0.5, 0.5, 0.25, 0.75) },
      ['yes', 'no'],
      { task: B, label: 'l', classes: ['yes', 'no'], probabilities: 'p' },
    ],
    [
      'of a label alone, whose list has a class twice',
      { l: words },
      ['yes', 'no', 'yes'],
      { task: B, label: 'l' },
    ],
    [
      'of a label alone, with three listed',
      { l: words },
      ['yes', 'no', 'maybe'],
      { task: M, label: 'l', classes: ['yes', 'no', 'maybe'] },
    ],
    [
      'a number each, beside a label',
      { l: words, p: float(0.25, 1), q: float(0.75, 0) },
      ['yes', 'no'],
      { task: B, label: 'l', classes: ['yes', 'no'], probabilities: ['p', 'q'] },
    ],
    [
      'of booleans',
      { l: tensor('bool', [0, 1], [2]), p: float(0.5, 0.5, 0.25, 0.75) },
      ['yes', 'no'],
      { task: B, label: 'l', classes: [false, true], probabilities: 'p' },
    ],
    [
      'of two numbers that add up to 1, alone',
      { p: float(0.5, 0.5, 0.25, 0.75) },
      [],
      { task: B, classes: [0, 1], probabilities: 'p' },
    ],
    [
      'of two numbers that are none, alone',
      { p: float(Number.NaN, Number.NaN, Number.NaN, Number.NaN) },
      [],
      { task: 'regression', values: 'p' },
    ],
    [
      'of one number between 0 and 1, alone',
      { v: float(0.5, 0.25) },
      [],
      { task: 'regression', values: 'v' },
    ],
    [
      'of several numbers, each an output',
      { v: float(0.5, 0.5), w: float(0.5, 0.5) },
      [],
      { task: 'regression', values: ['v', 'w'], targets: ['v', 'w'] },
    ],
  ] as const) {
    it(`${what} are taken for ${expected.task}`, () => assert.deepEqual(guess(outputs, classes), expected));
  }

  it('of one number that a Sigmoid made are probabilities', () => {
    assert.deepEqual(guess({ p: float(0.5, 0.25) }, [], 'Sigmoid'), {
      task: B,
      classes: [0, 1],
      probabilities: 'p',
    });
  });

  for (const [what, outputs, classes, told] of [
    ['no numbers and no label', { u: tensor('uint8', [1, 2]) }, [], /no output of labels or numbers/],
    [
      'labels that nothing lists',
      { l: words, p: float(0.5, 0.5, 0.25, 0.75) },
      [],
      /does not say which classes its 2 numbers/,
    ],
    [
      'a list of another length',
      { l: words, p: float(0.5, 0.5, 0.25, 0.75) },
      ['a', 'no', 'yes'],
      /does not say which classes its 2/,
    ],
    [
      'a label that the list lacks',
      { l: words, p: float(0.5, 0.5, 0.25, 0.75) },
      ['a', 'b'],
      /gave the label "no", and its graph seems to name the classes "a", "b"/,
    ],
    [
      'numbers that nobody reads',
      { v: { ...float(1, 2), type: 'float16', data: Uint16Array.of(1, 2) } },
      [],
      /comes as float16/,
    ],
  ] as const) {
    it(`with ${what} must be explained`, () =>
      assert.throws(() => guess(outputs, classes), { code: 'MODEL_INVALID', message: told }));
  }
});
