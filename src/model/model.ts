import type { Frame } from '../features/frame.ts';
import type { FeatureSchema } from '../features/schema.ts';
import type { OutputKind, Predictions } from './predictions.ts';

/** Which model made a prediction. */
export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
  /** First 12 hex digits of the sha256 of the manifest's bytes: a changed threshold is a changed model. */
  readonly digest: string;
}

/** A loaded model as the stages see it. */
export interface Model {
  readonly identity: ModelIdentity;
  /** The bytes of its manifest, which pin all of it: who keeps them can load the same model again. */
  readonly manifest: Uint8Array;
  /** What it takes. */
  readonly schema: FeatureSchema;
  /** What its predictions hold. */
  readonly output: OutputKind;
  /** Rows that one run takes at most: what keeps the event loop free, and fills the workers evenly. Even. */
  readonly runRows: number;
  /** Runs that are worth having under way at once; 1 where they happen in this thread. */
  readonly parallelRuns: number;
  /** What a row costs in large runs, in milliseconds, as it was measured at loading; 0 where nobody has measured it. */
  readonly rowMs: number;
  /**
   * Predicts rows. The same row gives the same bits whatever stands beside it: an odd number of rows
   * is padded to an even one, because the runtime's kernels differ between the two.
   *
   * @param frame at least one row, `runRows` at most
   * @throws ScorerError that `isRefusal` tells, for rows that the runtime can't compute with
   */
  run(frame: Frame): Promise<Predictions>;
  /** Frees the native session. No run may be under way or follow. */
  release(): Promise<void>;
}
