import { ScorerError, show } from '../../errors.ts';
import type { PinnedFile } from '../manifest.ts';
import { readModelGraph } from '../onnx/normalise.ts';

/** A file that was read, with the checksum of its bytes. */
export interface CheckedFile {
  readonly pinned: PinnedFile;
  readonly bytes: Uint8Array;
}

/** A model file without a manifest. */
export interface BareModel extends CheckedFile {
  /** Files that hold values of its tensors, by the names it has for them. */
  readonly data: readonly CheckedFile[];
}

/**
 * Reads a model file and the files beside it that hold values of its tensors, as PyTorch writes them.
 *
 * @param read reads a file of the model's folder
 * @throws ScorerError `MODEL_INVALID` for bytes that are no ONNX model, and for values in another folder
 */
export async function readBareModel(
  name: string,
  read: (file: string) => Promise<CheckedFile>,
): Promise<BareModel> {
  const model = await read(name);
  const graph = readModelGraph(model.bytes);
  const locations = [...new Set(graph.external.map(({ external }) => external?.location ?? ''))];
  for (const location of locations) checkBeside(location);
  return { ...model, data: await Promise.all(locations.map(read)) };
}

/** A path that leaves the model's folder could read any file of the machine. */
function checkBeside(location: string): void {
  if (/^[^./\\\p{Cc}][^/\\\p{Cc}]{0,254}$/u.test(location)) return;
  throw new ScorerError(
    `The model keeps values of its tensors in ${show(location)}: only files of its own folder are read.`,
    { code: 'MODEL_INVALID' },
  );
}
