// Files that no exporter writes: what they hide is found, and no file is opened that is not the model's own.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ScorerError } from '../../src/errors.ts';
import { readBareModel } from '../../src/model/init/bare.ts';
import { findClasses } from '../../src/model/onnx/classes.ts';
import { ignoresUnknown, knowsNaN } from '../../src/model/onnx/input-use.ts';
import { normaliseModel, readModelGraph } from '../../src/model/onnx/normalise.ts';
import {
  additionGraph,
  external,
  type Fields,
  float,
  HEAD,
  integer,
  message,
  modelOf,
  node,
  text,
  valueInfo,
  varint,
} from '../onnx-bytes.ts';

/** What is told of a model, or the operations of one that is taken. */
function outcomeOf(model: Uint8Array, files: ReadonlyMap<string, Uint8Array> = new Map()): string {
  try {
    return normaliseModel(model, files)
      .graph.nodes.map(({ op }) => op)
      .join(' ');
  } catch (error) {
    assert.ok(error instanceof ScorerError, String(error));
    assert.equal(error.code, 'MODEL_INVALID');
    return error.message;
  }
}

const SECRET = { location: 'secret.bin' };
const ELSEWHERE = external(5, 'w', SECRET);
const SUBGRAPH = message(6, node('Add', ['a', 'w'], ['b']), ELSEWHERE);
const WHOLE = additionGraph(float(5, 'w', 1));

describe('values in other files', () => {
  const hidden = Buffer.concat(additionGraph(ELSEWHERE));
  const silent = message(5, text(8, 'w'), message(13, text(1, 'location'), text(2, 'secret.bin')));
  for (const [where, parts, told] of [
    ['an initializer', [additionGraph(ELSEWHERE)], /"w" in "secret.bin".*it names none/],
    ['one of two initializers of one name', [additionGraph(ELSEWHERE, float(5, 'w', 1))], /"w" in "secret/],
    ['a first piece of the graph', [message(7, ELSEWHERE), additionGraph()], /its graph in 2 pieces/],
    ['what looks like an integer', [[Buffer.of(56, ...varint(hidden.length)), hidden]], /wire type 0, not 2/],
    [
      'a nested graph, under the name of an initializer',
      [additionGraph(float(5, 'w', 1), node('If', ['c'], ['d'], SUBGRAPH))],
      /"w", which is no tensor of its main graph/,
    ],
    [
      'an attribute',
      [additionGraph(node('Constant', [], ['w'], external(5, 'v', SECRET)))],
      /"v", which is no tensor/,
    ],
    ['a sparse initializer', [additionGraph(message(15, external(1, 'w', SECRET)))], /"w", which is no/],
    [
      'a function',
      [WHOLE, message(25, message(7, message(5, external(5, 'v', SECRET))))],
      /"v", which is no/,
    ],
    ["a function's default", [WHOLE, message(25, message(11, external(5, 'v', SECRET)))], /"v", which is no/],
    ['a tensor that does not say so', [additionGraph(silent)], /"w" in "secret.bin"/],
    [
      'a tensor that does not say where',
      [additionGraph(message(5, text(8, 'w'), integer(14, 1)))],
      /"w" in ""/,
    ],
  ] as const) {
    it(`are found in ${where}`, () => assert.match(outcomeOf(modelOf(HEAD, ...parts)), told));
  }

  const bytes = Buffer.from(Float32Array.of(5, 7).buffer);
  for (const [what, entries, expected] of [
    ['a whole file', {}, bytes],
    ['a part', { offset: '4', length: '4' }, bytes.subarray(4)],
    ['a part to the end', { offset: '4' }, bytes.subarray(4)],
    ['a part beyond the end', { offset: '4', length: '5' }, /bytes 4 to 9 of "w.bin", which has 8/],
    ['a part that begins beyond the end', { offset: '9' }, /bytes 9 to 8/],
    ['a part before the start', { offset: '-4', length: '4' }, /bytes -4 to 0/],
    ['a part of negative length', { offset: '4', length: '-4' }, /bytes 4 to 0/],
    ['at an offset that is no number', { offset: 'x' }, /bytes NaN to 8/],
    ['of a length that is no whole number', { length: '0.5' }, /bytes 0 to 0.5/],
    ['of a length beyond all', { length: '1e400' }, /bytes 0 to Infinity/],
  ] as const) {
    it(`that are ${what} ${expected instanceof RegExp ? 'are refused' : 'are put inside'}`, () => {
      const model = modelOf(HEAD, additionGraph(external(5, 'w', { location: 'w.bin', ...entries })));
      const files = new Map([['w.bin', bytes]]);
      if (expected instanceof RegExp) assert.match(outcomeOf(model, files), expected);
      else {
        const inside = Buffer.from(normaliseModel(model, files).bytes);
        assert.deepEqual(readModelGraph(inside).external, []);
        assert.ok(inside.includes(Buffer.concat([Buffer.of(0x4a, expected.length), expected])));
      }
    });
  }

  it('may not make a model larger than the runtime can take', () => {
    const tensor = external(5, 'w', { location: 'w.bin' });
    const many = Array.from({ length: 3000 }, () => tensor);
    const files = new Map([['w.bin', Buffer.alloc(1024 * 1024)]]);
    assert.match(outcomeOf(modelOf(HEAD, additionGraph(...many)), files), /more than 2147483647 bytes/);
  });
});

describe('a bare model', () => {
  const long = 'x'.repeat(256);
  for (const location of [
    '../x',
    '/etc/passwd',
    'a/../../x',
    'a/x',
    'C:\\x',
    '..',
    '.hidden',
    '',
    long,
    'a\0b',
    'a\nb',
    'gs://bucket/x',
  ]) {
    it(`that keeps values in ${JSON.stringify(location.slice(0, 20))} is refused, and nothing is opened`, async () => {
      const opened: string[] = [];
      const model = modelOf(HEAD, additionGraph(external(5, 'w', { location })));
      const read = async (file: string) => {
        opened.push(file);
        return { pinned: { file, sha256: '' }, bytes: model };
      };
      await assert.rejects(readBareModel('model.onnx', read), {
        code: 'MODEL_INVALID',
        message: /only files of its own folder are read/,
      });
      assert.deepEqual(opened, ['model.onnx']);
    });
  }

  it('brings the files beside it that hold its values, each once', async () => {
    const tensors = ['w.bin', 'w.bin', 'my weights (1).data'].map((location) =>
      external(5, 'w', { location }),
    );
    const model = modelOf(HEAD, additionGraph(...tensors));
    const read = async (file: string) => ({ pinned: { file, sha256: '' }, bytes: model });
    const { data } = await readBareModel('model.onnx', read);
    assert.deepEqual(
      data.map(({ pinned }) => pinned.file),
      ['w.bin', 'my weights (1).data'],
    );
  });
});

describe('a graph', () => {
  const graphOf = (...nodes: readonly Fields[]) =>
    readModelGraph(modelOf(HEAD, additionGraph(float(5, 'w', 1), ...nodes)));
  const chain = (op: string, width: number, length: number): readonly Fields[] =>
    Array.from({ length }, (_, index) => node(op, new Array(width).fill(`v${index}`), [`v${index + 1}`]));
  const flag = (name: string, value: number): Fields => [...text(1, name), ...integer(3, value)];

  it('whose values are used a thousand times each is looked through in the time of its size', () => {
    const graph = graphOf(...chain('Concat', 1000, 20), node('Imputer', ['v20'], ['z']));
    assert.equal(findClasses(graph, 'z'), undefined);
    assert.ok(knowsNaN(graph, 'v0'));
    assert.ok(!ignoresUnknown(graph, 'v0'));
  });

  it('that leads back to itself is looked through once', () => {
    const graph = graphOf(
      node('Cast', ['a', 'b'], ['b']),
      node('OneHotEncoder', ['b'], ['c'], flag('zeros', 1)),
    );
    assert.equal(findClasses(graph, 'b'), undefined);
    assert.ok(ignoresUnknown(graph, 'a'));
  });

  it('may hold lists longer than a call has arguments', () => {
    const count = 300_000;
    const packed = Buffer.from(Array.from({ length: count }, (_, index) => index % 2));
    const list = message(5, integer(2, 7), text(8, 'labels'), [Buffer.of(0x3a, ...varint(count)), packed]);
    const picked = graphOf(list, node('ArrayFeatureExtractor', ['labels', 'i'], ['label']));
    assert.equal(findClasses(picked, 'label')?.length, count);
    const ints: Fields = [...text(1, 'classlabels_int64s'), Buffer.of(0x42, ...varint(count)), packed];
    assert.equal(findClasses(graphOf(node('X', [], ['label'], ints)), 'label')?.length, count);
  });

  it('without the standard operators gets them with the Identity in place of a ZipMap', () => {
    const zipMap = node(
      'ZipMap',
      ['p'],
      ['y'],
      [...text(1, 'classlabels_strings'), ...text(9, 'no'), ...text(9, 'yes')],
    );
    for (const [domain, added] of [
      ['ai.onnx.ml', true],
      ['ai.onnx', false],
      ['', false],
    ] as const) {
      const parts = [
        message(8, text(1, domain), integer(2, 3)),
        message(7, zipMap, valueInfo(12, 'y', 1, ['N'])),
      ];
      const { bytes, zipMaps } = normaliseModel(modelOf(integer(1, 8), ...parts));
      assert.deepEqual(zipMaps, [{ output: 'y', classes: ['no', 'yes'] }]);
      const { nodes, opsets } = readModelGraph(bytes);
      assert.deepEqual(
        [nodes.map(({ op, inputs, outputs }) => [op, inputs, outputs]), opsets.length],
        [[['Identity', ['p'], ['y']]], added ? 2 : 1],
      );
    }
  });

  it('nested deeper than exporters do is refused', () => {
    let nested: Fields = float(1, 'w', 1);
    for (let depth = 0; depth < 40; depth += 1) nested = message(6, node('If', [], [], nested));
    assert.match(outcomeOf(modelOf(HEAD, additionGraph(node('If', [], [], nested)))), /nested too deep/);
  });
});
