import type { OutputUnit } from '@cfworker/json-schema';
import manifestSchema from '../../model-files/manifest.schema.json' with { type: 'json' };
import { ScorerError, show } from '../errors.ts';
import { nearest } from '../nearest.ts';

/** Where a document breaks the manifest's schema. */
export interface SchemaProblem {
  /** JSON path, such as `columns[1].categories`; `the top level` for the whole document. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/**
 * The published schema as the validator is quickest with it: with what it refers to in place, for resolving
 * references takes longer than validating a manifest; and without `uniqueItems`, for which each item would be
 * compared with each, seconds for thousands of categories ({@link findRepeated} does it).
 */
const SCHEMA = prepare(manifestSchema) as object;

function prepare(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(prepare);
  if (typeof node !== 'object' || node === null) return node;
  const prepared: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === '$ref') Object.assign(prepared, manifestSchema.$defs.pinnedFile);
    else if (key !== 'uniqueItems') prepared[key] = prepare(value);
  }
  return prepared;
}

/** Keywords that only say that something below them failed. */
const WRAPPERS = new Set(['properties', 'items', 'allOf', 'if', 'additionalProperties']);

/**
 * Checks a document against `model-files/manifest.schema.json` (JSON Schema 2020-12) and tells the
 * first problem that lies deepest. The validator is loaded on first use.
 *
 * @throws ScorerError `MODEL_INVALID` for a field name that is no text
 */
export async function checkAgainstSchema(document: unknown): Promise<SchemaProblem | undefined> {
  const { validate } = await import('@cfworker/json-schema');
  const errors = tellPlaces(() => validate(document, SCHEMA, '2020-12', {}, false).errors);
  if (errors.length === 0) return findRepeated(document, []);
  const leaves = errors.filter(({ keyword }) => !WRAPPERS.has(keyword));
  // the validator also calls a field unknown whose value is wrong: the wrong value comes first
  const [deepest] = leaves.toSorted((a, b) => depth(b.instanceLocation) - depth(a.instanceLocation));
  return deepest && toProblem(deepest, document);
}

/** The validator can't tell the place of a name that is no text: half of a surrogate pair. */
function tellPlaces(validate: () => readonly OutputUnit[]): readonly OutputUnit[] {
  try {
    return validate();
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
    throw new ScorerError('The manifest has a field whose name is not valid Unicode.', {
      code: 'MODEL_INVALID',
      cause,
    });
  }
}

/** The first list with a value twice: the schema wants the items of every list of values to differ. */
function findRepeated(place: unknown, steps: readonly string[]): SchemaProblem | undefined {
  if (typeof place !== 'object' || place === null) return undefined;
  const seen = new Set<unknown>();
  for (const [step, value] of Object.entries(place)) {
    const path = [...steps, step];
    if (Array.isArray(place) && typeof value !== 'object' && isKnown(seen, value)) {
      return { path: toPath(path), expected: 'a value that the list does not have yet', got: show(value) };
    }
    const problem = findRepeated(value, path);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isKnown(seen: Set<unknown>, value: unknown): boolean {
  return seen.size === seen.add(value).size;
}

function toProblem(
  { keyword, keywordLocation, instanceLocation, error }: OutputUnit,
  document: unknown,
): SchemaProblem {
  const steps = toSteps(instanceLocation);
  const found = follow(document, steps);
  if (keyword === 'required') {
    const name = /"([^"]*)"[^"]*$/.exec(error)?.[1] ?? '';
    return { path: toPath([...steps, name]), expected: 'a value', got: 'nothing' };
  }
  if (keyword === 'false') {
    const name = steps.at(-1) ?? '';
    const near = nearest(name, knownNames(steps.slice(0, -1)));
    const hint = near === undefined || near === name ? '' : ` (nearest: ${show(near)})`;
    return { path: toPath(steps), expected: `no such field here${hint}`, got: show(found) };
  }
  return {
    path: toPath(steps),
    expected: inWords(keyword, follow(SCHEMA, toSteps(keywordLocation)), error),
    got: show(found),
  };
}

function inWords(keyword: string, rule: unknown, error: string): string {
  if (keyword === 'type') return Array.isArray(rule) ? rule.join(' or ') : `${rule}`;
  if (keyword === 'enum' && Array.isArray(rule)) return `one of ${rule.map(show).join(', ')}`;
  if (keyword === 'const') return show(rule);
  if (keyword === 'pattern') return `text like /${rule}/`;
  if (keyword === 'minimum') return `${rule} or more`;
  if (keyword === 'maximum') return `${rule} or less`;
  return `something else (${error.replace(/\.$/, '')})`;
}

/** The fields that the schema knows at a place of the document. */
function knownNames(steps: readonly string[]): readonly string[] {
  const place = steps.flatMap((step) => (/^\d+$/.test(step) ? ['items'] : ['properties', step]));
  const properties = follow(SCHEMA, [...place, 'properties']);
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

/** Walks down a document. */
function follow(root: unknown, steps: readonly string[]): unknown {
  let place = root;
  for (const step of steps) {
    if (typeof place !== 'object' || place === null) return undefined;
    place = Object.hasOwn(place, step) ? Reflect.get(place, step) : undefined;
  }
  return place;
}

/** A JSON pointer as a URI fragment (RFC 6901 §6), cut into its steps. */
function toSteps(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function depth(pointer: string): number {
  return toSteps(pointer).length;
}

function toPath(steps: readonly string[]): string {
  if (steps.length === 0) return 'the top level';
  return steps
    .map((step, index) => (/^\d+$/.test(step) ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`))
    .join('');
}
