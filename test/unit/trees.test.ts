// A tree whose branch leads back to itself would be followed for ever, for the rows that reach it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { normaliseModel, readModelGraph } from '../../src/model/onnx/normalise.ts';
import { checkTrees } from '../../src/model/onnx/trees.ts';
import { type Fields, HEAD, integer, message, modelOf, node, text } from '../onnx-bytes.ts';

const PROBLEM = { code: 'MODEL_INVALID', message: /TreeEnsemble\w* has a branch that leads back to itself/ };
const FILE = readFileSync(join(import.meta.dirname, '../models/hist-gradient-boosting-nan/model.onnx'));

const ints = (name: string, values: readonly number[]): Fields => [
  ...text(1, name),
  ...values.flatMap((value) => integer(8, value)),
];

/** A graph of one node of trees. */
function graphOf(op: string, ...attributes: readonly Fields[]) {
  return readModelGraph(modelOf(HEAD, message(7, node(op, ['x'], ['y'], ...attributes))));
}

/** Of the older operators: branches by the ids of nodes; 0 and 0 for a leaf. */
function ensemble(
  ids: readonly number[],
  trees: readonly number[],
  branches: readonly (readonly [number, number])[],
) {
  const modes = branches.map(([yes, no]) => text(9, yes === 0 && no === 0 ? 'LEAF' : 'BRANCH_LEQ'));
  return graphOf(
    'TreeEnsembleRegressor',
    ints('nodes_nodeids', ids),
    ints('nodes_treeids', trees),
    [...text(1, 'nodes_modes'), ...modes.flat()],
    ints(
      'nodes_truenodeids',
      branches.map(([yes]) => yes),
    ),
    ints(
      'nodes_falsenodeids',
      branches.map(([, no]) => no),
    ),
  );
}

describe('a tree', () => {
  it('of a good file that leads back by one flipped bit is refused before the runtime sees it', () => {
    const bytes = Buffer.from(FILE);
    const at = bytes.indexOf('nodes_truenodeids') + 'nodes_truenodeids'.length + 11; // the sixth node's
    assert.deepEqual([...bytes.subarray(at - 1, at + 1)], [0x40, 6]);
    bytes[at] = 4; // onnxruntime opens it, and never ends
    normaliseModel(FILE);
    assert.throws(() => normaliseModel(bytes), PROBLEM);
  });

  for (const [what, ids, trees, branches, isEndless] of [
    [
      'with leaves',
      [0, 1, 2],
      [0, 0, 0],
      [
        [1, 2],
        [0, 0],
        [0, 0],
      ],
      false,
    ],
    [
      'that leads to its root',
      [0, 1, 2],
      [0, 0, 0],
      [
        [1, 2],
        [0, 2],
        [0, 0],
      ],
      true,
    ],
    [
      'that leads to its own node',
      [0, 1, 2],
      [0, 0, 0],
      [
        [1, 2],
        [1, 2],
        [0, 0],
      ],
      true,
    ],
    [
      'whose branches meet',
      [0, 1, 2, 3],
      [0, 0, 0, 0],
      [
        [1, 2],
        [3, 3],
        [3, 1],
        [0, 0],
      ],
      false,
    ],
    [
      'that has the ids of another',
      [0, 1, 2, 0, 1, 2],
      [0, 0, 0, 1, 1, 1],
      [
        [1, 2],
        [0, 0],
        [0, 0],
        [2, 1],
        [0, 0],
        [0, 0],
      ],
      false,
    ],
    [
      'that leads back in another order',
      [5, 9, 7],
      [3, 3, 3],
      [
        [9, 7],
        [7, 9],
        [0, 0],
      ],
      true,
    ],
    [
      'that no root leads to',
      [0, 1, 2],
      [0, 0, 0],
      [
        [0, 0],
        [2, 2],
        [1, 1],
      ],
      true,
    ],
    [
      'that leads to nodes that are not there',
      [0, 1],
      [0, 0],
      [
        [1, 99],
        [99, 98],
      ],
      false,
    ],
  ] as const) {
    it(`${what} ${isEndless ? 'is refused' : 'is taken'}`, () => {
      const graph = ensemble(ids, trees, branches);
      if (isEndless) assert.throws(() => checkTrees(graph), PROBLEM);
      else checkTrees(graph);
    });
  }

  it('as deep as it has nodes is looked through', () => {
    const count = 100_000;
    const ids = Array.from({ length: count }, (_, index) => index);
    const branches = ids.map((id): readonly [number, number] =>
      id === count - 1 ? [0, 0] : [id + 1, count - 1],
    );
    const trees = new Array<number>(count).fill(0);
    checkTrees(ensemble(ids, trees, branches));
    assert.throws(() => checkTrees(ensemble(ids, trees, branches.with(-1, [7, 7]))), PROBLEM);
  });

  it('of the newer operator is followed by places, and leaves by their flags', () => {
    const make = (falses: readonly number[]) =>
      graphOf(
        'TreeEnsemble',
        ints('nodes_truenodeids', [1, 0]),
        ints('nodes_falsenodeids', falses),
        ints('nodes_trueleafs', [0, 1]),
        ints('nodes_falseleafs', [1, 0]),
      );
    checkTrees(make([0, 2]));
    assert.throws(() => checkTrees(make([0, 0])), PROBLEM);
  });
});
