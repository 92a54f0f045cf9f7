// Tries one broken file after the other in this process, until one of them ends it; the parent goes on with the next.
import { ScorerError } from '../../src/errors.ts';
import { makeFirstManifest } from '../../src/model/init/init.ts';
import { EXPORTED_MODELS, readExported } from '../exported-models.ts';
import { mutate } from '../mutations.ts';

/** What came of one file. */
export interface SeedOutcome {
  readonly seed: number;
  /** `taken`, the code of what was told, or the throwable that is none of ours. */
  readonly outcome: string;
}

const bares = await Promise.all(EXPORTED_MODELS.map(readExported));

process.on('message', (seed: number) => {
  void tryOne(seed).then((outcome) => process.send?.({ seed, outcome } satisfies SeedOutcome));
});
process.send?.({ seed: -1, outcome: 'ready' } satisfies SeedOutcome);

async function tryOne(seed: number): Promise<string> {
  const bare = bares[seed % bares.length];
  if (bare === undefined) return 'no model';
  try {
    await makeFirstManifest({ ...bare, bytes: mutate(bare.bytes, seed) }, {});
    return 'taken';
  } catch (error) {
    return error instanceof ScorerError ? error.code : String(error);
  }
}
