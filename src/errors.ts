/**
 * Every code an error of this product can carry, and whether trying again can help.
 *
 * A failure is either the caller's (`retryable: false`: reported, quarantined, acknowledged) or
 * ours (`retryable: true`: answered 503, delivered again). `docs/errors.md` says for each what
 * causes it and what to do. Codes are never reused for another meaning.
 */
export const ERROR_CODES = {
  // the request or message as a whole
  EMPTY_BODY: { retryable: false },
  BODY_TOO_LARGE: { retryable: false },
  HEADERS_TOO_LARGE: { retryable: false },
  REQUEST_TIMEOUT: { retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { retryable: false },
  CONTENT_TYPE_MISMATCH: { retryable: false },
  INVALID_ENCODING: { retryable: false },
  INVALID_JSON: { retryable: false },
  INVALID_FORM: { retryable: false },
  INVALID_REQUEST: { retryable: false },
  INVALID_MESSAGE: { retryable: false },
  INVALID_COMPRESSION: { retryable: false },
  NOT_FOUND: { retryable: false },
  METHOD_NOT_ALLOWED: { retryable: false },
  // one row
  INVALID_INSTANCE: { retryable: false },
  WRONG_FEATURE_COUNT: { retryable: false },
  MISSING_FEATURE: { retryable: false },
  MISSING_COLUMN: { retryable: false },
  MISSING_VALUE: { retryable: false },
  INVALID_VALUE: { retryable: false },
  OUT_OF_RANGE: { retryable: false },
  UNKNOWN_CATEGORY: { retryable: false },
  // CSV
  EMPTY_FILE: { retryable: false },
  NOT_CSV: { retryable: false },
  INVALID_HEADER: { retryable: false },
  WRONG_FIELD_COUNT: { retryable: false },
  MALFORMED_QUOTES: { retryable: false },
  RECORD_TOO_LARGE: { retryable: false },
  TOO_MANY_FAILED_ROWS: { retryable: false },
  // objects
  OBJECT_NOT_FOUND: { retryable: false },
  OUTPUT_CONFLICT: { retryable: false },
  INPUT_TOO_LARGE: { retryable: false },
  // ours
  MODEL_NOT_READY: { retryable: true },
  MODEL_INVALID: { retryable: true },
  STORAGE_FAILED: { retryable: true },
  PUBLISH_FAILED: { retryable: true },
  SUBSCRIPTION_FAILED: { retryable: true },
  OVERLOADED: { retryable: true },
  OUTPUT_TOO_LARGE: { retryable: true },
  DEADLINE_EXCEEDED: { retryable: true },
  INTERNAL: { retryable: true },
  // the person who starts it
  INVALID_CONFIG: { retryable: false },
  USAGE: { retryable: false },
} as const satisfies Record<string, { readonly retryable: boolean }>;

/** A code of the closed table {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * What is wrong with one field of a row: where, what was expected, what was found (clipped).
 * Exactly one of `column` and `feature` is set when a field can be named.
 */
export interface FieldProblem {
  readonly code: ErrorCode;
  readonly column?: string;
  readonly feature?: string;
  readonly expected: string;
  readonly got: string;
  /** What was probably meant: a category, or a name that is there instead of the missing one. */
  readonly nearest?: string;
}

/** A row that cannot be scored: its place in the input, counted from 0, and all that is wrong with it. */
export interface RowFailure {
  readonly row: number;
  readonly problems: readonly [FieldProblem, ...FieldProblem[]];
}

/** The facts of a {@link ScorerError} beyond its message. */
export interface ScorerErrorOptions {
  readonly code: ErrorCode;
  readonly cause?: unknown;
  /** Facts for programs: what was expected, where, which values. Never a whole row. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** The one error class: a sentence for people, a closed code for programs. */
export class ScorerError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(message: string, options: ScorerErrorOptions) {
    super(message, { cause: options.cause });
    this.name = 'ScorerError';
    this.code = options.code;
    this.detail = options.detail ?? {};
  }

  /** True when the failure is ours and trying again can help. */
  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }
}

/**
 * Returns the error itself; `DEADLINE_EXCEEDED` for an abort; else an `INTERNAL` one that tells the
 * caller nothing of the throwable, which it keeps as its cause.
 */
export function toScorerError(error: unknown): ScorerError {
  if (error instanceof ScorerError) return error;
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) {
    return new ScorerError('The time for this request is over.', { code: 'DEADLINE_EXCEEDED', cause: error });
  }
  return new ScorerError('Something failed inside the scorer; its log has the details.', {
    code: 'INTERNAL',
    cause: error,
  });
}

/** True when an object, or the generation of it that was asked for, is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ScorerError && error.code === 'OBJECT_NOT_FOUND';
}

/** A {@link ScorerError} as it passes between threads and processes: classes don't. */
export interface ErrorMessage {
  readonly message: string;
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Text, with the stack of an error. */
  readonly cause: string | undefined;
}

/** What another thread or process shall know of a failure; see {@link toScorerError}. */
export function toErrorMessage(error: unknown): ErrorMessage {
  const { message, code, detail, cause } = toScorerError(error);
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return { message, code, detail, cause: cause === undefined ? undefined : text };
}

/** The failure of another thread or process. */
export function fromErrorMessage({ message, ...options }: ErrorMessage): ScorerError {
  return new ScorerError(message, options);
}

const MAX_SHOWN_CHARS = 100;

/**
 * Shows an untrusted value in a message: text as JSON, clipped to 100 characters; of arrays and
 * objects only the kind, because they may be huge or nested too deep to print.
 */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(clip(value));
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return clip(String(value));
}

/** Cuts text to 100 characters and marks the cut; never splits a surrogate pair. */
export function clip(text: string): string {
  if (text.length <= MAX_SHOWN_CHARS) return text;
  return `${text.slice(0, MAX_SHOWN_CHARS).toWellFormed()}…`;
}

/** One problem as a sentence without its row: `column "MES": expected 1 to 12, got 13`. */
export function describeProblem(problem: FieldProblem): string {
  const { column, feature, expected, got, nearest } = problem;
  const place =
    column !== undefined
      ? `column ${show(column)}: `
      : feature !== undefined
        ? `feature ${show(feature)}: `
        : '';
  const hint = nearest === undefined ? '' : ` (nearest: ${show(nearest)})`;
  return `${place}expected ${expected}, got ${got}${hint}`;
}
