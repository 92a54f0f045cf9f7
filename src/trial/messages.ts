import type { ErrorMessage } from '../errors.ts';
import type { BareModel } from '../model/init/bare.ts';
import type { FirstManifest, InitOptions } from '../model/init/init.ts';
import type { ModelParts } from '../model/open.ts';

/** What a trial is asked to do. */
export type TrialTask =
  | { readonly kind: 'describe'; readonly bare: BareModel; readonly options: InitOptions }
  | { readonly kind: 'open'; readonly parts: ModelParts };

/** What came of it: nothing to tell of a model that opened. */
export interface TrialOutcome {
  readonly first?: FirstManifest;
  readonly error?: ErrorMessage;
}
