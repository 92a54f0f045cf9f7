import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BareModel } from '../../src/model/init/bare.ts';
import { mutate } from '../mutations.ts';

const folder = join(import.meta.dirname, '../models');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('model.onnx'))
  .sort()
  .map((name) => join(folder, name));

/** One of the exported models with something broken: the same one for the same seed. */
export function readMutated(seed: number): BareModel {
  const bytes = mutate(readFileSync(files[seed % files.length] ?? ''), seed);
  return { pinned: { file: 'model.onnx', sha256: '0'.repeat(64) }, bytes, data: [] };
}
