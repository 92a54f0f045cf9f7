import type { FeatureSchema } from '../features/schema.ts';

/** A class as the model names it. */
export type Label = string | number;

/** Which model made a prediction. */
export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
  /** First 12 hex digits of the sha256 of the manifest's bytes: a changed threshold is a changed model. */
  readonly digest: string;
}

/** What a classifier says of a batch of rows. */
export interface Predictions {
  /** The model's classes, in the order of `probabilities`. */
  readonly classes: readonly Label[];
  /** One class a row. */
  readonly labels: readonly Label[];
  /** The positive class's probability, one a row. */
  readonly probability: Float32Array;
  /** Row-major, rows × classes. */
  readonly probabilities: Float32Array;
}

/** A loaded model as the stages see it. */
export interface Model {
  readonly identity: ModelIdentity;
  /** The bytes of its manifest, which pin all of it: who keeps them can load the same model again. */
  readonly manifest: Uint8Array;
  /** What it takes. */
  readonly schema: FeatureSchema;
  /** Its classes, in the order of {@link Predictions.probabilities}. */
  readonly classes: readonly Label[];
  /**
   * Predicts rows of features. The same row gives the same bits whatever stands beside it: an odd
   * number of rows is padded to an even one, because the runtime's kernels differ between the two.
   *
   * @param values row-major float32, rows × `schema.width`, at least one row
   */
  run(values: Float32Array): Promise<Predictions>;
  /** Frees the native session. No run may be under way or follow. */
  release(): Promise<void>;
}
