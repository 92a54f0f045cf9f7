// From import to the first prediction of the flight-delay model: as it is loaded here, and by a bare script, in
// fresh processes that take turns. It measures the compiled code: run `npm run build` first (the npm script does).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const TARGET = 1.5;
const rounds = Number(process.argv[2] ?? 15);

/** What any script that serves a model must do. */
const BARE = `
const startMs = performance.now();
const { readFileSync } = await import('node:fs');
const { InferenceSession, Tensor } = await import('onnxruntime-node');
const session = await InferenceSession.create(readFileSync('model-files/flight-delay/model.onnx'));
const { label } = await session.run({ features: new Tensor('float32', new Float32Array(74), [2, 37]) });
if (label.data.length !== 2) throw new Error('no prediction');
console.log(performance.now() - startMs);
`;

/** The same through manifest, checksums, self-test and golden rows, for an instance by column. */
const OURS = `
const startMs = performance.now();
const { createLocalStorage } = await import('./dist/src/adapters/local/storage.js');
const { loadModel } = await import('./dist/src/model/source.js');
const { encodeInstances } = await import('./dist/src/features/instances.js');
const { scoreRows } = await import('./dist/src/score.js');
const model = await loadModel(createLocalStorage(), 'model-files/flight-delay');
const instance = { OPERA: 'Grupo LATAM', TIPOVUELO: 'I', MES: 7 };
const { predictions } = await scoreRows(model, encodeInstances(model.schema, [instance]));
if (predictions.labels[0] !== 1) throw new Error('no prediction');
console.log(performance.now() - startMs);
`;

if (!existsSync(join(root, 'dist/src/compose.js'))) {
  process.stderr.write('There is nothing in dist/: run it as npm run bench:model-start.\n');
  process.exit(1);
}

function measure(script: string): number {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

const bare: number[] = [];
const ours: number[] = [];
for (const script of [BARE, OURS]) measure(script); // files are in the page cache by now
for (let round = 0; round < rounds; round += 1) {
  bare.push(measure(BARE));
  ours.push(measure(OURS));
}

const ratio = median(ours) / median(bare);
console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} CPUs, Node ${process.version}: ${rounds} rounds in turns`,
);
console.log(`bare script              ${median(bare).toFixed(1)} ms`);
console.log(`manifest to prediction   ${median(ours).toFixed(1)} ms`);
console.log(`ratio: ${ratio.toFixed(2)} (target: ${TARGET} or less)`);
process.exitCode = ratio <= TARGET ? 0 : 1;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
