// Whether memory grows with every swap of the model: see README.md in this folder.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLocalStorage } from '../src/adapters/local/storage.ts';
import { systemClock } from '../src/adapters/system/clock.ts';
import { encodeInstances } from '../src/features/instances.ts';
import { createModelSource, type ModelSource } from '../src/model/source.ts';
import { scoreRows } from '../src/score.ts';
import { createScorer } from '../src/serving/scorer.ts';
import { copyModelFiles, publishManifest, toVariant } from '../test/model-variant.ts';

const WARM_UP = 50;
const TARGET = 1.15;
const INSTANCE = { OPERA: 'Grupo LATAM', TIPOVUELO: 'I', MES: 7 };

const { values } = parseArgs({
  options: { swaps: { type: 'string', default: '1000' }, leak: { type: 'boolean', default: false } },
});
const swaps = Number(values.swaps);
const { gc } = globalThis;
if (gc === undefined || !(swaps > WARM_UP)) {
  process.stderr.write(`Run it as npm run bench:swaps [-- --swaps N --leak], N over ${WARM_UP}.\n`);
  process.exit(1);
}

/** With `--leak` no session is released: what the numbers look like then. */
function leaking(source: ModelSource): ModelSource {
  const leaked: unknown[] = [];
  return {
    ...source,
    async load(signal) {
      const loaded = await source.load(signal);
      leaked.push(loaded.model); // an unreachable session is collected like any object
      return { ...loaded, model: { ...loaded.model, release: async () => undefined } };
    },
  };
}

/** Memory of the process and V8's part of it, in MiB, after a collection. */
function measure(collect: () => void): { readonly rss: number; readonly heap: number } {
  collect();
  const { rss, heapTotal } = process.memoryUsage();
  return { rss: rss / 1024 / 1024, heap: heapTotal / 1024 / 1024 };
}

const folder = await mkdtemp(join(tmpdir(), 'scorestream-bench-'));
try {
  const storage = createLocalStorage();
  await copyModelFiles(folder);
  const manifests = await Promise.all([
    toVariant({ version: 'a', threshold: 0.5 }),
    toVariant({ version: 'b', threshold: 0.8 }),
  ]);
  const publish = (turn: number): Promise<void> =>
    publishManifest(storage, folder, manifests[turn % 2] as Uint8Array); // there are two
  await publish(0);
  const source = createModelSource(storage, folder, { clock: systemClock });
  const logger = {
    log(severity: string, event: string, message: string): void {
      if (severity !== 'INFO') throw new Error(`${event}: ${message}`);
    },
  };
  const options = { logger, clock: systemClock, refreshMs: 0 };
  const scorer = createScorer(values.leak ? leaking(source) : source, options);
  const request = (): Promise<unknown> =>
    scorer.withModel((model) => scoreRows(model, encodeInstances(model.schema, [INSTANCE])));

  process.stdout.write(
    `node ${process.version}, ${process.platform} ${process.arch}, ${cpus()[0]?.model} × ${availableParallelism()}\n`,
  );
  process.stdout.write(' swaps RSS/MiB of it V8\n');
  let warm = Number.NaN;
  for (let turn = 1; turn <= swaps; turn += 1) {
    await publish(turn);
    await Promise.all([scorer.refresh(), ...Array.from({ length: 8 }, request)]);
    if (turn % 100 !== 0 && turn !== WARM_UP) continue;
    const { rss, heap } = measure(gc);
    if (turn === WARM_UP) warm = rss;
    const row = [String(turn).padStart(6), rss.toFixed(1).padStart(7), heap.toFixed(1).padStart(7)];
    process.stdout.write(`${row.join(' ')}\n`);
  }
  const ratio = measure(gc).rss / warm;
  const verdict = ratio <= TARGET ? 'within' : 'over';
  process.stdout.write(
    `RSS after ${swaps} swaps / after ${WARM_UP}: ${ratio.toFixed(3)}, ${verdict} the target of ${TARGET}\n`,
  );
  if (ratio > TARGET) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
