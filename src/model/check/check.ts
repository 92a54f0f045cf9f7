import { parseJson } from '../../decode/json.ts';
import { decodeUtf8 } from '../../decode/text.ts';
import { describeProblem, show } from '../../errors.ts';
import { encodeInstances } from '../../features/instances.ts';
import { isObject } from '../../json-object.ts';
import type { TableProfile } from '../init/profile.ts';
import { toInstances } from '../init/table-instances.ts';
import type { Manifest } from '../manifest.ts';
import type { Model } from '../model.ts';
import { normaliseModel } from '../onnx/normalise.ts';
import type { ModelParts } from '../open.ts';
import { predictFrame } from '../predict.ts';
import { sampleInstances } from '../samples.ts';
import { createSession, type GraphValue } from '../session.ts';
import { type Batching, measureBatching } from './batching.ts';

/** What `model check` tells of a model that can be served. */
export interface ModelReport {
  readonly manifest: Manifest;
  /** Bytes of the model's file, and of the files that hold its values. */
  readonly bytes: number;
  readonly producer: string;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  /** How often each operation stands in the graph, most often first. */
  readonly ops: readonly (readonly [name: string, count: number])[];
  /** As the graph declares them. */
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /** Golden rows, all of them right; undefined when the manifest names no golden file. */
  readonly goldenRows: number | undefined;
  readonly batching: Batching;
  readonly warnings: readonly string[];
}

/** Made-up rows that the model is tried with. */
const TRIED_ROWS = 200;

/**
 * Looks at a model that was loaded, which has proved that it can be served.
 *
 * @param table a CSV of rows to come, to hold the manifest against
 */
export async function reportModel(
  model: Model,
  parts: ModelParts,
  table: TableProfile | undefined,
): Promise<ModelReport> {
  const { manifest } = parts;
  const normalised = normaliseModel(parts.model, parts.data);
  const { graph } = normalised;
  const { inputs, outputs } = await describeSession(normalised.bytes);
  const samples = sampleInstances({ ...manifest, inputs: model.schema.inputs }, TRIED_ROWS);
  return {
    manifest,
    bytes: parts.model.length + [...parts.data.values()].reduce((sum, { length }) => sum + length, 0),
    producer: graph.producer,
    opsets: graph.opsets,
    ops: countOps(graph.nodes.map(({ op }) => op)),
    inputs,
    outputs,
    goldenRows: parts.golden && countRows(parts.golden),
    batching: await measureBatching(model, await takenOf(model, samples)),
    warnings: [
      ...warnOfModel(manifest, inputs),
      ...(table === undefined ? [] : warnOfTable(model, manifest, table)),
    ],
  };
}

/** Those of some rows that the runtime does not refuse. */
async function takenOf(model: Model, instances: readonly unknown[]): Promise<readonly unknown[]> {
  const { refused } = await predictFrame(model, encodeInstances(model.schema, instances).frame);
  const gone = new Set(refused.map(({ row }) => row));
  return instances.filter((_, row) => !gone.has(row));
}

async function describeSession(
  bytes: Uint8Array,
): Promise<{ readonly inputs: readonly GraphValue[]; readonly outputs: readonly GraphValue[] }> {
  const session = await createSession(bytes);
  try {
    return { inputs: session.inputs, outputs: session.outputs };
  } finally {
    await session.release();
  }
}

function countOps(ops: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const op of ops) counts.set(op, (counts.get(op) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function countRows(golden: Uint8Array): number {
  const document = parseJson(decodeUtf8(golden, 'The golden file'), 'The golden file');
  const rows = isObject(document) ? document['rows'] : undefined;
  return Array.isArray(rows) ? rows.length : 0;
}

function warnOfModel(manifest: Manifest, inputs: readonly GraphValue[]): readonly string[] {
  const doubles = inputs.filter(({ type }) => type === 'float64').map(({ name }) => show(name));
  return [
    ...(doubles.length === 0
      ? []
      : [
          `${doubles.join(', ')} is float64: what is computed in it is exact, and predictions are still float32.`,
        ]),
    ...(manifest.golden === undefined
      ? ['There is no golden file: nothing proves that another machine gives the same.']
      : []),
  ];
}

/** What the manifest says and the rows don't, and the reverse. */
function warnOfTable(model: Model, manifest: Manifest, table: TableProfile): readonly string[] {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const lacking = manifest.columns.flatMap((column) => {
    const profile = byName.get(column.name);
    if (column.type !== 'category' || profile?.distinct === undefined) return [];
    const seen = new Set(profile.distinct);
    const unseen = column.categories.map(String).filter((category) => category !== '' && !seen.has(category));
    return unseen.length === 0 ? [] : [`The CSV never has ${listed(unseen)} in ${show(column.name)}.`];
  });
  const missing = manifest.columns.filter(({ name }) => !byName.has(name)).map(({ name }) => name);
  if (missing.length > 0) return [...lacking, `The CSV has no column ${listed(missing)}.`];
  if (manifest.columns.length === 0) return lacking;
  const { failures } = encodeInstances(model.schema, toInstances(table.rows, manifest.columns));
  const [first] = failures;
  if (first === undefined) return lacking;
  return [
    ...lacking,
    `${failures.length} of the first ${table.rows.length} rows of the CSV can't be scored; row ${first.row}: ${describeProblem(first.problems[0])}.`,
  ];
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).map(show).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
