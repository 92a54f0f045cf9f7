import { posix } from 'node:path';
import { isNotFound } from '../src/errors.ts';
import type { ObjectInfo, Storage } from '../src/ports/storage.ts';
import {
  isCsvName,
  isHidden,
  isOutputName,
  isPattern,
  refuseOtherFormats,
  toPatternBase,
} from './csv-names.ts';
import { toNothingFound, toNotThere } from './input-hints.ts';
import { type FoundInputs, type ScoreInput, toSingle } from './score-input.ts';

/** Objects that are looked at for the name that was meant. */
const LOOKED_AT = 1000;

/**
 * Finds what a `gs://` URI names: an object; all CSVs below `gs://bucket/folder/` or `gs://bucket`; what matches a
 * pattern. What is there by the name, and a folder by its name without a slash, come before a pattern.
 *
 * @throws ScorerError `USAGE` when it names nothing that can be scored
 */
export async function findCloudInputs(
  uri: string,
  storage: Storage,
  signal: AbortSignal,
): Promise<FoundInputs> {
  if (/^gs:\/\/[^/]*\/?$/.test(uri) || uri.endsWith('/')) {
    return findBelow(uri, uri.endsWith('/') ? uri : `${uri}/`, storage, signal);
  }
  if (isPattern(uri)) return findByPattern(uri, storage, signal);
  refuseOtherFormats(uri);
  try {
    return toSingle(toInput(await storage.stat(uri, { signal }), uri.lastIndexOf('/') + 1));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  for await (const _ of storage.list(`${uri}/`, { signal }))
    return findBelow(uri, `${uri}/`, storage, signal);
  const folder = uri.slice(0, uri.lastIndexOf('/') + 1);
  throw toNotThere(uri, uri.slice(folder.length), await namesIn(folder, storage, signal), folder);
}

async function findBelow(
  word: string,
  prefix: string,
  storage: Storage,
  signal: AbortSignal,
): Promise<FoundInputs> {
  const objects = await list(prefix, storage, signal);
  const csvs = objects.filter(({ uri }) => isCsvName(uri));
  const { inputs, leftOut } = sort(csvs, prefix.length, toJobFolders(objects));
  if (inputs.length === 0) {
    const others = objects.filter((object) => !csvs.includes(object));
    throw toNothingFound(
      word,
      'folder',
      others.slice(0, LOOKED_AT).map(({ uri }) => posix.basename(uri)),
      leftOut,
    );
  }
  return { inputs, leftOut, isSingle: false };
}

async function findByPattern(pattern: string, storage: Storage, signal: AbortSignal): Promise<FoundInputs> {
  const base = toPatternBase(pattern);
  const objects = await list(pattern.slice(0, pattern.search(/[*?[{]/)), storage, signal);
  const exact = objects.find(({ uri }) => uri === pattern);
  if (exact !== undefined) return toSingle(toInput(exact, base.length));
  const below = pattern.slice(base.length);
  const matching = objects.filter(({ uri }) => posix.matchesGlob(uri.slice(base.length), below));
  const jobs = toJobFolders(await listJobs(matching, storage, signal));
  const { inputs, leftOut } = sort(matching, base.length, jobs);
  if (inputs.length === 0) {
    throw toNothingFound(pattern, 'pattern', await namesIn(base, storage, signal), leftOut);
  }
  for (const { uri } of inputs) refuseOtherFormats(uri);
  return { inputs, leftOut, isSingle: false };
}

/** Tells inputs from what is left out. @param from where relative names begin in URIs */
function sort(
  objects: readonly ObjectInfo[],
  from: number,
  jobFolders: ReadonlySet<string>,
): Omit<FoundInputs, 'isSingle'> {
  const inputs: ScoreInput[] = [];
  let [hidden, outputs] = [0, 0];
  for (const object of objects) {
    const { uri } = object;
    if (isOutputName(uri) && jobFolders.has(toFolder(uri))) outputs += 1;
    else if (isHidden(uri.slice(from))) hidden += isCsvName(uri) ? 1 : 0;
    else if (!uri.endsWith('/')) inputs.push(toInput(object, from));
  }
  return { inputs, leftOut: { hidden, outputs } };
}

/** The `job.json` beside each object that may be an output. */
async function listJobs(
  objects: readonly ObjectInfo[],
  storage: Storage,
  signal: AbortSignal,
): Promise<readonly ObjectInfo[]> {
  const folders = new Set(objects.filter(({ uri }) => isOutputName(uri)).map(({ uri }) => toFolder(uri)));
  const jobs: ObjectInfo[] = [];
  for (const folder of folders) jobs.push(...(await list(`${folder}job.json`, storage, signal)));
  return jobs;
}

function toJobFolders(objects: readonly ObjectInfo[]): ReadonlySet<string> {
  return new Set(objects.filter(({ uri }) => uri.endsWith('/job.json')).map(({ uri }) => toFolder(uri)));
}

function toFolder(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/') + 1);
}

function toInput({ uri, size }: ObjectInfo, from: number): ScoreInput {
  return { uri, name: uri, relative: uri.slice(from), isNamed: false, isPipe: false, size };
}

async function list(prefix: string, storage: Storage, signal: AbortSignal): Promise<readonly ObjectInfo[]> {
  const objects: ObjectInfo[] = [];
  for await (const object of storage.list(prefix, { signal })) objects.push(object);
  return objects;
}

/** The last parts of the first names in a folder. */
async function namesIn(folder: string, storage: Storage, signal: AbortSignal): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { uri } of storage.list(folder, { signal })) {
    names.push(posix.basename(uri));
    if (names.length === LOOKED_AT) break;
  }
  return names;
}
