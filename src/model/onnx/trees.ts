import { ScorerError } from '../../errors.ts';
import { attempt } from './attempt.ts';
import { type OnnxGraph, type OnnxNode, readAttribute } from './graph.ts';

/**
 * Checks that no branch of a tree leads back to where it came from: the runtime would follow it for ever,
 * and only for the rows that reach it. One bit is enough to make such a file of a good one.
 *
 * @throws ScorerError `MODEL_INVALID`
 */
export function checkTrees(graph: OnnxGraph): void {
  for (const node of graph.nodes) {
    if (!node.op.startsWith('TreeEnsemble')) continue;
    attempt(() => {
      if (!hasCycle(toBranches(node))) return;
      throw new ScorerError(
        `The model file is broken: a tree of its ${node.op} has a branch that leads back to itself.`,
        { code: 'MODEL_INVALID' },
      );
    });
  }
}

/** The places of what each place leads to; -1 for nothing. */
interface Branches {
  readonly whenTrue: readonly number[];
  readonly whenFalse: readonly number[];
}

/** https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleClassifier.html and ..._TreeEnsemble.html */
function toBranches(node: OnnxNode): Branches {
  const read = (name: string): readonly (number | string)[] => readAttribute(node, name) ?? [];
  const [whenTrue, whenFalse] = [read('nodes_truenodeids'), read('nodes_falsenodeids')];
  if (node.op === 'TreeEnsemble') {
    const [trueLeafs, falseLeafs] = [read('nodes_trueleafs'), read('nodes_falseleafs')];
    return {
      whenTrue: whenTrue.map((place, at) => (trueLeafs[at] === 1 ? -1 : Number(place))),
      whenFalse: whenFalse.map((place, at) => (falseLeafs[at] === 1 ? -1 : Number(place))),
    };
  }
  const [trees, ids, modes] = [read('nodes_treeids'), read('nodes_nodeids'), read('nodes_modes')];
  const places = new Map<number | string, Map<number | string, number>>();
  ids.forEach((id, place) => {
    const tree = trees[place] ?? 0;
    const own = places.get(tree) ?? new Map<number | string, number>();
    places.set(tree, own.set(id, place));
  });
  const find = (id: number | string, at: number): number =>
    modes[at] === 'LEAF' ? -1 : (places.get(trees[at] ?? 0)?.get(id) ?? -1);
  return { whenTrue: whenTrue.map(find), whenFalse: whenFalse.map(find) };
}

const [UNKNOWN, OPEN, DONE] = [0, 1, 2];

/** Depth first, without recursion: trees may be as deep as they are large. */
function hasCycle({ whenTrue, whenFalse }: Branches): boolean {
  const state = new Uint8Array(Math.max(whenTrue.length, whenFalse.length));
  for (let root = 0; root < state.length; root += 1) {
    const path = state[root] === UNKNOWN ? [root] : [];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      if (state[at] !== UNKNOWN) {
        state[at] = DONE;
        path.pop();
        continue;
      }
      state[at] = OPEN;
      for (const next of [whenTrue[at] ?? -1, whenFalse[at] ?? -1]) {
        if (state[next] === OPEN) return true;
        if (state[next] === UNKNOWN) path.push(next);
      }
    }
  }
  return false;
}
