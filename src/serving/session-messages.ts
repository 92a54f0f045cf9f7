import { type ErrorCode, ScorerError, toScorerError } from '../errors.ts';
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

/** A {@link ScorerError} as it passes from thread to thread: classes don't. */
export interface ErrorMessage {
  readonly message: string;
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Text, with the stack of an error. */
  readonly cause: string | undefined;
}

/** What another thread shall know of a failure; what is no {@link ScorerError} becomes an `INTERNAL` one. */
export function toErrorMessage(error: unknown): ErrorMessage {
  const { message, code, detail, cause } = toScorerError(error);
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return { message, code, detail, cause: cause === undefined ? undefined : text };
}

/** The failure of another thread. */
export function fromErrorMessage({ message, code, detail, cause }: ErrorMessage): ScorerError {
  return new ScorerError(message, { code, detail, cause });
}
