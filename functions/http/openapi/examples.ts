import { toShortest } from '../../../src/encode/number.ts';
import { encodeInstances } from '../../../src/features/instances.ts';
import type { JsonSchema } from '../../../src/features/value-schema.ts';
import type { Model } from '../../../src/model/model.ts';
import { sampleInstances } from '../../../src/model/samples.ts';
import { scoreRows } from '../../../src/score.ts';
import type { Answer } from '../../answer.ts';
import { RowTally } from '../../row-tally.ts';
import { createAdmission } from '../admission.ts';
import type { BodyKind } from '../content-type.ts';
import { type LoadDocumentScorer, predict } from '../predict.ts';
import { readServedManifest } from './served-manifest.ts';

/** A body, and what this model answers to it. */
export interface Example {
  readonly name: string;
  readonly kind: BodyKind;
  readonly summary: string;
  /** As OpenAPI has it: a JSON value for JSON bodies, the fields of a form, else the text. */
  readonly request: unknown;
  readonly response: unknown;
}

/** Rows to look among for one that the model takes: a few, then more where it refuses those. */
const SAMPLES = [2, 64];

/** Makes bodies up of a row that the model takes, and lets it answer them; none where it takes no row. */
export async function makeExamples(
  model: Model,
  loadDocumentScorer: LoadDocumentScorer,
): Promise<readonly Example[]> {
  const row = await findSampleRow(model);
  if (row === undefined) return [];
  const { instance, features } = row;
  const first = row.isByColumns ? instance : features;
  const examples: Example[] = [];
  const add = async (name: string, kind: BodyKind, summary: string, request: unknown): Promise<void> => {
    const answer = await predict(model, {
      ...{ kind, body: Buffer.from(toBody(kind, request)), accept: undefined, query: '', isVertex: false },
      ...{
        headers: {},
        admitted: createAdmission().admit(0, {}),
        loadDocumentScorer,
        isGone: () => false,
        begin: () => undefined,
        rows: new RowTally(),
      },
    });
    if (answer.status !== 200) return;
    const text = await readText(answer);
    const isJson = kind === 'json' || kind === 'form';
    examples.push({ name, kind, summary, request, response: isJson ? JSON.parse(text) : text });
  };
  await add('instance', 'json', 'One row', first);
  await add('instances', 'json', 'Several rows', { instances: [first, features] });
  await add('features', 'json', "One row as features, in the model's order", { x: features });
  await add('form', 'form', 'A form', { x: JSON.stringify(features) });
  await add('lines', 'ndjson', 'A row a line', `${JSON.stringify(first)}\n${JSON.stringify(features)}\n`);
  await add('table', 'csv', 'A table', toCsv(model, row));
  return examples;
}

async function readText({ body }: Answer): Promise<string> {
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body).toString();
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** The bodies, or the answers, of some kinds, as an Example Object each. */
export function toExampleObjects(
  examples: readonly Example[],
  kinds: readonly BodyKind[],
  side: 'request' | 'response',
): { readonly examples: JsonSchema } {
  const some = examples.filter(({ kind }) => kinds.includes(kind));
  return {
    examples: Object.fromEntries(
      some.map((each) => [each.name, { summary: each.summary, value: each[side] }]),
    ),
  };
}

/** A row that the model takes. */
export interface SampleRow {
  readonly instance: unknown;
  readonly isByColumns: boolean;
  readonly features: readonly unknown[];
}

/** Finds a row that the model takes among made-up ones; undefined where it takes none. */
export async function findSampleRow(model: Model): Promise<SampleRow | undefined> {
  const { columns = [], features } = readServedManifest(model);
  const { schema } = model;
  for (const count of SAMPLES) {
    const instances = sampleInstances({ inputs: schema.inputs, features, columns }, count);
    const encoded = encodeInstances(schema, instances);
    const [place] = (await scoreRows(model, encoded)).rows;
    if (place === undefined) continue;
    const { frame } = encodeInstances(schema, [instances[place]]);
    const values = schema.features.map(({ slot }) => toJson(frame.data[slot.input]?.[slot.offset]));
    return { instance: instances[place], isByColumns: columns.length > 0, features: values };
  }
  return undefined;
}

/** A tensor's element as JSON has it. */
function toJson(element: number | bigint | string | undefined): unknown {
  if (typeof element !== 'number') return typeof element === 'bigint' ? Number(element) : element;
  return Math.fround(element) === element ? Number(toShortest(element)) : element;
}

function toBody(kind: BodyKind, request: unknown): string {
  if (kind === 'form') return new URLSearchParams(request as { x: string }).toString(); // made above
  return kind === 'json' ? JSON.stringify(request) : String(request);
}

function toCsv({ schema }: Model, { instance, isByColumns, features }: SampleRow): string {
  const names = isByColumns ? schema.columnNames : schema.featureNames;
  const values = isByColumns
    ? names.map((name) => (instance as Readonly<Record<string, unknown>>)[name]) // by columns it is an object
    : features;
  const delimiter = schema.csv.delimiter ?? ',';
  const toLine = (fields: readonly unknown[]): string => `${fields.map(toField).join(delimiter)}\n`;
  return toLine(names) + toLine(values);
}

function toField(value: unknown): string {
  const text = String(value);
  return /^[\w.:+-]+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
}
