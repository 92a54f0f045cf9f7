// Variants of the shipped model, published as a person would: files first, the manifest last.
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storage } from '../src/ports/storage.ts';

const shipped = join(import.meta.dirname, '../model-files/flight-delay');

/** What a variant differs in. */
export interface Variant {
  readonly version: string;
  /** Probabilities from it on are labelled 1. */
  readonly threshold: number;
}

/** Puts the shipped model's files into a folder, without a manifest. */
export async function copyModelFiles(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of ['model.onnx', 'golden.json']) await cp(join(shipped, file), join(folder, file));
}

/** The manifest of a variant; a threshold other than the shipped one does without the golden file, which asks for labels. */
export async function toVariant({ version, threshold }: Variant): Promise<Uint8Array> {
  const { golden, ...manifest } = JSON.parse(await readFile(join(shipped, 'manifest.json'), 'utf8')) as {
    golden: unknown;
    outputs: object;
  };
  const outputs = { ...manifest.outputs, threshold };
  return Buffer.from(
    JSON.stringify({ ...manifest, ...(threshold === 0.5 ? { golden } : {}), version, outputs }),
  );
}

/** Publishes a manifest: from now on it is what is served. */
export async function publishManifest(storage: Storage, folder: string, manifest: Uint8Array): Promise<void> {
  await storage.write(join(folder, 'manifest.json'), manifest);
}

/** The digest of a manifest. */
export function digestOf(manifest: Uint8Array): string {
  return createHash('sha256').update(manifest).digest('hex').slice(0, 12);
}
