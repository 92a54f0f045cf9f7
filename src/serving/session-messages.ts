import type { ErrorMessage } from '../errors.ts';
import type { Frame } from '../features/frame.ts';
import type { GraphValue, RawTensor, RunPlan } from '../model/session.ts';
import type { RunGate } from './run-gate.ts';

/** What a thread is asked to do; it gets one request at a time. */
export type SessionRequest =
  /** Open the model, whose bytes are the thread's own. */
  | { readonly kind: 'open'; readonly model: Uint8Array<ArrayBuffer>; readonly gate: RunGate }
  | { readonly kind: 'run'; readonly frame: Frame; readonly plan: RunPlan }
  /** Release the session and end. The answer is the thread's end. */
  | { readonly kind: 'end' };

/** What a thread answers. */
export type SessionAnswer =
  | {
      readonly kind: 'opened';
      readonly inputs: readonly GraphValue[];
      readonly outputs: readonly GraphValue[];
    }
  | { readonly kind: 'ran'; readonly tensors: readonly RawTensor[] }
  | { readonly kind: 'failed'; readonly error: ErrorMessage };
