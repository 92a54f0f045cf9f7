// Opens and runs broken model files in this process, one seed after the other, until that ends or kills it:
// `mutated-models-program.ts FROM TO`. It prints each seed before its turn and what came of it after.
import { ScorerError } from '../../src/errors.ts';
import { makeFirstManifest } from '../../src/model/init/init.ts';
import { readMutated } from './mutated-models.ts';

const [from, to] = process.argv.slice(2, 4).map(Number) as [number, number];
for (let seed = from; seed < to; seed += 1) {
  process.stdout.write(`${seed} `);
  try {
    await makeFirstManifest(readMutated(seed), {});
    process.stdout.write('opened\n');
  } catch (error) {
    const isRefused = error instanceof ScorerError && error.code === 'MODEL_INVALID';
    process.stdout.write(
      isRefused ? 'refused\n' : `failed: ${String(error)} ${String((error as Error).cause)}\n`,
    );
  }
}
