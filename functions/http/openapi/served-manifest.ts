import type { ManifestDocument } from '../../../src/model/manifest.ts';
import type { Model } from '../../../src/model/model.ts';

/** The manifest of a model that was loaded, which checked it. */
export function readServedManifest({ manifest }: Model): ManifestDocument {
  return JSON.parse(new TextDecoder().decode(manifest)) as ManifestDocument; // as loading has checked
}
