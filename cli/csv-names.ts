import { posix } from 'node:path';
import { usage } from './command.ts';

const CSV = /\.csv(?:\.gz)?$/i;

/** True for names that are taken from a folder: those that end in `.csv` or `.csv.gz`, in any case. */
export function isCsvName(name: string): boolean {
  return CSV.test(name);
}

/**
 * A path or a name less `.csv` or `.csv.gz`; with `.scored` at its end where there is neither, or where nothing
 * would be left that can name a folder.
 */
export function toStem(path: string): string {
  const stem = path.replace(CSV, '');
  return stem === path || /(?:^|[\\/])\.{0,2}$/.test(stem) ? `${path}.scored` : stem;
}

/** Files that people have where they mean a CSV: how they end, what they are, and what to do. */
const OTHERS: readonly (readonly [ending: RegExp, kind: string, remedy: string])[] = [
  [/\.(?:zip|7z|rar|tar|tgz|tar\.(?:gz|bz2|xz|zst))$/i, 'an archive', 'unpack it, then score its files'],
  [
    /\.(?:bz2|xz|zst|lz4|br)$/i,
    'compressed in a way that is not read',
    'unpack it, or compress it with gzip',
  ],
  [/\.(?:xlsx|xlsm|xlsb|xls|ods|numbers)$/i, 'a spreadsheet', 'save its sheet as CSV'],
  [/\.(?:parquet|feather|arrow|avro|orc)$/i, 'a table in a binary format', 'write it as CSV'],
  [/\.(?:json|jsonl|ndjson)$/i, 'JSON', 'write it as CSV, or publish it as messages (scorestream publish)'],
  [/\.(?:onnx|pkl|pickle|joblib)$/i, 'a model', 'name it with --model, and a CSV to score'],
];

/** @throws ScorerError `USAGE` for a name that says it is no CSV, with what to do */
export function refuseOtherFormats(name: string): void {
  for (const [ending, kind, remedy] of OTHERS) {
    if (ending.test(name)) throw usage(`${name} is ${kind}, not CSV: ${remedy}.`);
  }
}

/** True for what scoring writes, by its name; there must be a `job.json` beside it to tell. */
export function isOutputName(name: string): boolean {
  return /^(?:predictions|errors)\.csv(?:\.gz)?$/.test(posix.basename(name));
}

/** True when a part of a relative name begins with a dot. */
export function isHidden(name: string): boolean {
  return name.split('/').some((part) => part.startsWith('.'));
}

/** True for names that may be patterns: with `*`, `?`, brackets or braces. */
export function isPattern(word: string): boolean {
  return /[*?[{]/.test(word);
}

/** The folder that a pattern begins with, up to its last `/` before anything variable; empty when it has none. */
export function toPatternBase(pattern: string): string {
  const fixed = pattern.slice(0, pattern.search(/[*?[{]/));
  return fixed.slice(0, fixed.lastIndexOf('/') + 1);
}
