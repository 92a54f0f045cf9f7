import type { ScorerError } from '../src/errors.ts';
import { nearest } from '../src/nearest.ts';
import { usage } from './command.ts';
import { isCsvName } from './csv-names.ts';
import { type LeftOut, toLeftOutText } from './score-input.ts';

const SHOWN_NAMES = 3;

/**
 * What is wrong with a word for something that isn't there: the name that was most likely meant, or the CSVs that
 * are there.
 *
 * @param there the names in the folder where it was looked for
 */
export function toNotThere(
  word: string,
  name: string,
  there: readonly string[],
  folder: string,
): ScorerError {
  const near = nearest(name, there);
  if (near !== undefined) return usage(`${word} is not there: did you mean ${near}?`);
  const csvs = there.filter(isCsvName);
  return usage(
    csvs.length === 0 ? `${word} is not there.` : `${word} is not there; ${folder} has ${toList(csvs)}.`,
  );
}

/**
 * What is wrong with a folder or a pattern that gives no input.
 *
 * @param there names of other files there
 */
export function toNothingFound(
  word: string,
  kind: 'folder' | 'pattern',
  there: readonly string[],
  leftOut: LeftOut,
): ScorerError {
  const nothing =
    kind === 'folder'
      ? `${word} has no CSV file (.csv or .csv.gz) to score`
      : `Nothing to score matches ${word}`;
  const left = toLeftOutText(leftOut);
  if (left !== '') return usage(`${nothing}: ${left} left out.`);
  const near = nearest(word.slice(word.lastIndexOf('/') + 1), there);
  if (kind === 'pattern' && near !== undefined) return usage(`${nothing}: did you mean ${near}?`);
  return usage(there.length === 0 ? `${nothing}.` : `${nothing}; there is ${toList(there)}.`);
}

function toList(names: readonly string[]): string {
  return `${names.slice(0, SHOWN_NAMES).join(', ')}${names.length > SHOWN_NAMES ? ', …' : ''}`;
}
