import { ScorerError } from '../../errors.ts';
import { isContentNamed } from '../../model/content-name.ts';
import { createModelFiles, statFile } from '../../model/files.ts';
import { type PinnedFile, parseManifest } from '../../model/manifest.ts';
import { createStopwatch } from '../../model/stopwatch.ts';
import type { Storage } from '../../ports/storage.ts';
import type { PlanModel } from '../protocol/plan.ts';

/** Tells whether the files that a job's manifest pins are still there. */
export type HasModel = (model: PlanModel) => Promise<boolean>;

/** Creates a {@link HasModel} that looks once for each model. */
export function createModelCheck(storage: Storage, maxBytes: number, signal: AbortSignal): HasModel {
  const files = createModelFiles(storage, maxBytes, createStopwatch());
  const check = async (folder: string, pinned: PinnedFile): Promise<void> => {
    // the name says what is in it, or it has to be read
    if (isContentNamed(pinned)) await statFile(storage, `${folder}/${pinned.file}`, signal);
    else await files.readPinned(folder, pinned, signal);
  };
  const look = async ({ uri, manifest: text }: PlanModel): Promise<boolean> => {
    try {
      const { model, data, golden } = await parseManifest(Buffer.from(text));
      const folder = toFolder(uri);
      for (const pinned of [model, ...data, ...(golden === undefined ? [] : [golden])]) {
        await check(folder, pinned);
      }
      return true;
    } catch (error) {
      if (error instanceof ScorerError && error.code === 'MODEL_INVALID') return false;
      throw error;
    }
  };
  const looks = new Map<string, Promise<boolean>>();
  return (model) => {
    const key = `${model.digest} ${model.uri}`;
    const looking = looks.get(key) ?? look(model);
    looks.set(key, looking);
    return looking;
  };
}

/** A model is a folder, or a file alone. */
function toFolder(uri: string): string {
  if (!uri.toLowerCase().endsWith('.onnx')) return uri;
  const slash = uri.lastIndexOf('/');
  return slash === -1 ? '.' : uri.slice(0, slash);
}
