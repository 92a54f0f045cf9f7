import type { NormalisedModel } from './onnx/normalise.ts';

/** Texts that every file has in which there is something to rewrite or to check: operations, and a key of external data. */
const MARKS = ['ZipMap', 'TreeEnsemble', 'location'] as const;

/**
 * The bytes that the runtime can take of a model file: rewritten where they hold a ZipMap or values in other
 * files, else as they are. Most files need no look inside.
 *
 * @param files the content of the other files that the manifest pins, by name
 * @throws ScorerError `MODEL_INVALID` as `normaliseModel`
 */
export async function toRunnableBytes(
  file: Uint8Array,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<NormalisedModel['bytes']> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (!MARKS.some((mark) => bytes.includes(mark))) return file;
  const { normaliseModel } = await import('./onnx/normalise.ts');
  return normaliseModel(file, files, true).bytes;
}
