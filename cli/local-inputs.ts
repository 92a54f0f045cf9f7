import { existsSync, type Stats } from 'node:fs';
import { glob, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { usage } from './command.ts';
import {
  isCsvName,
  isHidden,
  isOutputName,
  isPattern,
  refuseOtherFormats,
  toPatternBase,
} from './csv-names.ts';
import { toNothingFound, toNotThere } from './input-hints.ts';
import { type FoundInputs, type LeftOut, type ScoreInput, toSingle } from './score-input.ts';
import { shownPath } from './shown-path.ts';

/**
 * Finds what a path or a pattern names on this machine. What is there is taken literally, whatever its name holds.
 * Links to files are followed, links to folders are not.
 *
 * @throws ScorerError `USAGE` when it names nothing that can be scored
 */
export async function findLocalInputs(word: string, signal: AbortSignal): Promise<FoundInputs> {
  const path = resolve(word);
  const stats = await statIfThere(path, word);
  if (stats?.isDirectory()) {
    const walk = await walkFolder(path, signal);
    if (walk.paths.length === 0) throw toNothingFound(word, 'folder', walk.others, walk.leftOut);
    return toFound(path, walk.paths, walk.leftOut);
  }
  if (stats !== undefined) {
    refuseOtherFormats(word);
    return toSingle(toInput(path, basename(path), stats));
  }
  if (isPattern(word)) return findByPattern(word, signal);
  const folder = dirname(path);
  throw toNotThere(word, basename(path), await namesIn(folder), shownPath(folder));
}

async function findByPattern(pattern: string, signal: AbortSignal): Promise<FoundInputs> {
  const base = resolve(toPatternBase(pattern.replaceAll(sep, '/')) || '.');
  const paths: string[] = [];
  let [hidden, outputs] = [0, 0];
  for await (const entry of glob(pattern, { withFileTypes: true })) {
    signal.throwIfAborted();
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() && !(await isLinkToFile(entry, path))) continue;
    if (isOutputName(path) && existsSync(join(entry.parentPath, 'job.json'))) outputs += 1;
    else if (isHidden(entry.name) && isCsvName(entry.name)) hidden += 1;
    else paths.push(path);
  }
  for (const path of paths) refuseOtherFormats(shownPath(path));
  const leftOut = { hidden, outputs };
  if (paths.length === 0) throw toNothingFound(pattern, 'pattern', await namesIn(base), leftOut);
  return toFound(base, paths, leftOut);
}

async function toFound(base: string, paths: readonly string[], leftOut: LeftOut): Promise<FoundInputs> {
  const inputs: ScoreInput[] = [];
  for (const path of paths) {
    const below = relative(base, path);
    const stats = await statIfThere(path, path);
    if (stats === undefined)
      throw usage(`${shownPath(path)} can't be read: it is a link to nothing, or gone.`);
    inputs.push(toInput(path, below.startsWith('..') ? basename(path) : below, stats));
  }
  inputs.sort((a, b) => (a.relative < b.relative ? -1 : 1));
  return { inputs, leftOut, isSingle: false };
}

interface Walk {
  readonly paths: readonly string[];
  readonly leftOut: LeftOut;
  /** Names of files that are no CSV. */
  readonly others: readonly string[];
}

/** All CSVs below a folder; hidden folders are not entered. */
async function walkFolder(folder: string, signal: AbortSignal): Promise<Walk> {
  const paths: string[] = [];
  const others: string[] = [];
  let [hidden, outputs] = [0, 0];
  const waiting = [folder];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    signal.throwIfAborted();
    const entries = await readdir(at, { withFileTypes: true }).catch((error: unknown) => {
      throw unreadable(at ?? folder, error);
    });
    const hasJob = entries.some(({ name }) => name === 'job.json');
    for (const entry of entries) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        if (!isHidden(entry.name)) waiting.push(path);
      } else if (!isCsvName(entry.name)) others.push(entry.name);
      else if (hasJob && isOutputName(entry.name)) outputs += 1;
      else if (isHidden(entry.name)) hidden += 1;
      else if (entry.isFile() || (await isLinkToFile(entry, path))) paths.push(path);
    }
  }
  return { paths, leftOut: { hidden, outputs }, others };
}

/** A link to nothing counts: that it can't be read is said of it later. */
async function isLinkToFile(entry: { isSymbolicLink(): boolean }, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return false;
  const stats = await statIfThere(path, path);
  return stats === undefined || stats.isFile();
}

function toInput(path: string, below: string, stats: Stats): ScoreInput {
  const named = { uri: path, name: shownPath(path), relative: below.replaceAll(sep, '/'), isNamed: false };
  return stats.isFile() ? { ...named, isPipe: false, size: stats.size } : { ...named, isPipe: true };
}

async function statIfThere(path: string, word: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw unreadable(word, error);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => !isHidden(name)).sort();
  } catch {
    return []; // it only makes a message better
  }
}

function unreadable(path: string, error: unknown): Error {
  return usage(`${path} can't be read (${error instanceof Error ? error.message : error}).`);
}
