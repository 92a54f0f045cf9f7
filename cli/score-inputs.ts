import type { Storage } from '../src/ports/storage.ts';
import { findCloudInputs } from './cloud-inputs.ts';
import { usage } from './command.ts';
import { findLocalInputs } from './local-inputs.ts';
import { type FoundInputs, STANDARD_INPUT, toSingle } from './score-input.ts';
import { isRemote } from './shown-path.ts';

/**
 * Finds what to score: files, all CSVs below folders, what patterns match, `-` for standard input; on this machine or
 * at `gs://`. Folders and patterns give their files in the order of names.
 *
 * @param words as the command line has them; none stands for standard input where something is piped into it
 * @throws ScorerError `USAGE` when a word names nothing, or nothing that is CSV, or an input is named twice
 */
export async function findInputs(
  words: readonly string[],
  { storage, isPiped }: { readonly storage: Storage; readonly isPiped: boolean },
  signal: AbortSignal,
): Promise<FoundInputs> {
  if (words.length === 0 && !isPiped) {
    throw usage('score takes a CSV file, a folder, a pattern or a gs:// URI, or a CSV piped into it.');
  }
  const found: FoundByWord[] = [];
  for (const word of words.length === 0 ? [STANDARD_INPUT] : words) {
    found.push({ ...(await findByWord(word, storage, signal)), word });
  }
  refuseTwice(found);
  const sum = (member: 'hidden' | 'outputs'): number =>
    found.reduce((total, { leftOut }) => total + leftOut[member], 0);
  return {
    inputs: found.flatMap(({ inputs }) => inputs),
    leftOut: { hidden: sum('hidden'), outputs: sum('outputs') },
    isSingle: found.length === 1 && found.every(({ isSingle }) => isSingle),
  };
}

interface FoundByWord extends FoundInputs {
  readonly word: string;
}

async function findByWord(word: string, storage: Storage, signal: AbortSignal): Promise<FoundInputs> {
  if (word === '') throw usage('The name of an input is empty.');
  if (word === STANDARD_INPUT) {
    return toSingle({ uri: STANDARD_INPUT, name: 'standard input', relative: 'stdin.csv', isPipe: true });
  }
  return isRemote(word) ? findCloudInputs(word, storage, signal) : findLocalInputs(word, signal);
}

function refuseTwice(found: readonly FoundByWord[]): void {
  const words = new Map<string, string>();
  for (const { inputs, word } of found) {
    for (const { uri, name } of inputs) {
      const earlier = words.get(uri);
      if (earlier !== undefined) throw usage(`${name} is named twice: by ${earlier} and by ${word}.`);
      words.set(uri, word);
    }
  }
}
