import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runEngine } from '../fuzz/engine.ts';
import { createFuzzModels } from '../fuzz/fuzz-models.ts';
import type { Outcome } from '../fuzz/oracle.ts';

/** A document whose every output byte is fixed. */
export interface CorpusDocument {
  readonly name: string;
  readonly path: string;
  /** The file that holds its outputs. */
  readonly expected: string;
}

/** All of them. */
export function corpus(): readonly CorpusDocument[] {
  const folder = import.meta.dirname;
  return globSync('*.csv', { cwd: folder })
    .sort()
    .map((file) => ({
      name: basename(file, '.csv'),
      path: join(folder, file),
      expected: join(folder, file.replace(/\.csv$/, '.out')),
    }));
}

/** What the engine makes of one; a code where it fails as a whole. */
export async function score({ name, path }: CorpusDocument): Promise<Outcome | string> {
  const model = createFuzzModels()[Number(name.split('-', 1)[0])]?.model;
  if (model === undefined) throw new Error(`${name} begins with no place of a model`);
  const cut = { pieceBytes: () => 65_536, fillBytes: 262_144, batchRows: 2048 };
  return runEngine(await readFile(path), model, cut);
}
