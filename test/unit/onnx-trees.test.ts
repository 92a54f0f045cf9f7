// Trees whose branches lead back are refused: the runtime would follow them for ever.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readGraph } from '../../src/model/onnx/graph.ts';
import { checkTrees } from '../../src/model/onnx/trees.ts';
import { type Fields, HEAD, integer, message, modelOf, node, text, valueInfo } from '../onnx-bytes.ts';

function ints(name: string, values: readonly number[]): Fields {
  return [...text(1, name), ...values.flatMap((value) => integer(8, value)), ...integer(20, 7)];
}

function strings(name: string, values: readonly string[]): Fields {
  return [...text(1, name), ...values.flatMap((value) => text(9, value)), ...integer(20, 8)];
}

function graphOf(op: string, ...attributes: readonly Fields[]) {
  const ends = [valueInfo(11, 'x', 1, ['N', 1]), valueInfo(12, 'y', 1, ['N', 1])];
  return readGraph(modelOf(HEAD, message(7, node(op, ['x'], ['y'], ...attributes), text(2, 'g'), ...ends)));
}

/** One tree of three nodes after another, each a root with two leafs; the root's branches are given. */
function ensemble(branches: readonly (readonly [whenTrue: number, whenFalse: number])[], leaf = 'LEAF') {
  return graphOf(
    'TreeEnsembleClassifier',
    ints(
      'nodes_treeids',
      branches.flatMap((_, tree) => [tree, tree, tree]),
    ),
    ints(
      'nodes_nodeids',
      branches.flatMap(() => [0, 1, 2]),
    ),
    ints(
      'nodes_truenodeids',
      branches.flatMap(([whenTrue]) => [whenTrue, 0, 0]),
    ),
    ints(
      'nodes_falsenodeids',
      branches.flatMap(([, whenFalse]) => [whenFalse, 0, 0]),
    ),
    strings(
      'nodes_modes',
      branches.flatMap(() => ['BRANCH_LEQ', leaf, leaf]),
    ),
  );
}

const REFUSED = {
  code: 'MODEL_INVALID',
  message: /a tree of its \w+ has a branch that leads back to itself/,
};

describe('a tree', () => {
  it('whose branches come to leafs is taken, whatever leafs say of branches', () => {
    checkTrees(
      ensemble([
        [1, 2],
        [2, 1],
      ]),
    );
  });

  for (const [why, graph] of [
    [
      'to itself',
      ensemble([
        [1, 2],
        [0, 2],
      ]),
    ],
    ['to its root', ensemble([[1, 2]], 'BRANCH_LEQ')],
    [
      'to its root, in the newer form',
      graphOf(
        'TreeEnsemble',
        ints('nodes_truenodeids', [1, 0]),
        ints('nodes_falsenodeids', [0, 1]),
        ints('nodes_trueleafs', [0, 0]),
        ints('nodes_falseleafs', [1, 1]),
      ),
    ],
  ] as const) {
    it(`that leads back ${why} is refused`, () => assert.throws(() => checkTrees(graph), REFUSED));
  }

  it('in the newer form whose branches come to leafs is taken', () => {
    checkTrees(
      graphOf(
        'TreeEnsemble',
        ints('nodes_truenodeids', [1, 0]),
        ints('nodes_falsenodeids', [0, 1]),
        ints('nodes_trueleafs', [0, 1]),
        ints('nodes_falseleafs', [1, 1]),
      ),
    );
  });

  it('may be 100,000 nodes deep', () => {
    const depth = 100_000;
    const places = Array.from({ length: depth }, (_, place) => place);
    const next = (last: number) => places.map((place) => (place === depth - 1 ? last : place + 1));
    const of = (last: number) =>
      graphOf(
        'TreeEnsembleRegressor',
        ints(
          'nodes_treeids',
          places.map(() => 0),
        ),
        ints('nodes_nodeids', places),
        ints('nodes_truenodeids', next(0)),
        ints('nodes_falsenodeids', next(0)),
        strings(
          'nodes_modes',
          places.map((place) => (place === depth - 1 && last < 0 ? 'LEAF' : 'BRANCH_LEQ')),
        ),
      );
    checkTrees(of(-1));
    assert.throws(() => checkTrees(of(0)), REFUSED);
  });
});
