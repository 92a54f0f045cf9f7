import { clip, ScorerError } from '../../errors.ts';

/** What was being done to an object, as a sentence has it: "Cannot read gs://…". */
export type Doing = 'read' | 'write' | 'remove' | 'list';

/** What an account needs, https://cloud.google.com/storage/docs/access-control/iam-json */
const PERMISSION: Readonly<Record<Doing, string>> = {
  read: 'storage.objects.get (and storage.objects.list, without which a missing object is refused like a secret one)',
  write: 'storage.objects.create, and storage.objects.delete where an object is replaced',
  remove: 'storage.objects.delete',
  list: 'storage.objects.list',
};

/** Answers after which the same request may succeed. */
const TRANSIENT_STATUS: readonly number[] = [408, 429, 500, 502, 503, 504];

/** Breaks of the connection after which the same request may succeed. */
const TRANSIENT_CODES: readonly string[] = [
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
];

/** What an answer says when it refuses. */
export interface RefusedAnswer {
  readonly status: number;
  readonly text: string;
}

/** The error that an answer means: `OBJECT_NOT_FOUND` for 404, else `STORAGE_FAILED` with the server's reason. */
export function refused(doing: Doing, uri: string, { status, text }: RefusedAnswer): ScorerError {
  const { reason, message } = parseReason(text);
  // without its bucket nobody can say that an object is gone: an event about it must come again
  if (status === 404 && /bucket does not exist/i.test(message)) return missingBucket(doing, uri);
  if (status === 404) return notFound(uri, 'is not there');
  const said = [reason, message].filter((part) => part !== '').join(': ');
  const answer = `Cloud Storage answered ${status}${said === '' ? '' : ` (${clip(said)})`}`;
  return failed(doing, uri, `${answer}${hintFor(status, doing)}`, {
    status,
    isTransient: TRANSIENT_STATUS.includes(status),
  });
}

function hintFor(status: number, doing: Doing): string {
  if (status === 401) return '; it does not accept the credentials of this process';
  if (status === 403) return `; the account most likely lacks ${PERMISSION[doing]}`;
  return '';
}

/** The error that a broken connection means. */
export function broken(doing: Doing, uri: string, cause: unknown): ScorerError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const said = cause instanceof Error ? cause.message || code : String(cause);
  return failed(doing, uri, said, { isTransient: TRANSIENT_CODES.includes(code), cause });
}

/** A `STORAGE_FAILED` for a bucket that isn't there: a mistake in the configuration, or one that is being mended. */
export function missingBucket(doing: Doing, uri: string): ScorerError {
  return failed(doing, uri, 'its bucket does not exist', { status: 404 });
}

/** An `OBJECT_NOT_FOUND` that names the object and the reason. */
export function notFound(uri: string, reason: string): ScorerError {
  return new ScorerError(`The object ${uri} ${reason}.`, { code: 'OBJECT_NOT_FOUND', detail: { uri } });
}

/** A `STORAGE_FAILED` that names the object and the reason. */
export function failed(
  doing: Doing,
  uri: string,
  reason: string,
  facts: { readonly status?: number; readonly isTransient?: boolean; readonly cause?: unknown } = {},
): ScorerError {
  const { status, isTransient = false, cause } = facts;
  return new ScorerError(`Cannot ${doing} ${uri}: ${reason}.`, {
    code: 'STORAGE_FAILED',
    cause,
    detail: { uri, isTransient, ...(status === undefined ? {} : { status }) },
  });
}

/** True when the same request may succeed in a moment. */
export function isTransient(error: unknown): error is ScorerError {
  return error instanceof ScorerError && error.detail['isTransient'] === true;
}

/** The reason and sentence of an error of the JSON API; of anything else, as a proxy sends it, its beginning. */
function parseReason(text: string): { readonly reason: string; readonly message: string } {
  try {
    // checked below, field by field
    const { error } = JSON.parse(text) as { error?: { message?: unknown; errors?: { reason?: unknown }[] } };
    const reason = error?.errors?.[0]?.reason;
    const message = error?.message;
    return {
      reason: typeof reason === 'string' ? reason : '',
      message: typeof message === 'string' ? message : '',
    };
  } catch {
    return { reason: '', message: text.trim() };
  }
}
