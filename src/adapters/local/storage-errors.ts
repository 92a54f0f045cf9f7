import { ScorerError } from '../../errors.ts';

/** What a look-up answers for a name that no object has, or can have: a folder, a part of the path that is a file. */
const NOT_THERE: readonly string[] = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP'];

/** True when a failed file operation means that there is no such object. */
export function isNotThere(error: unknown): boolean {
  return isSystemError(error) && NOT_THERE.includes(error.code);
}

/** True when a file operation failed with one of these codes, such as `EEXIST`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return isSystemError(error) && codes.includes(error.code);
}

/** An `OBJECT_NOT_FOUND` that names the file and the reason. */
export function objectNotFound(path: string, reason: string, cause?: unknown): ScorerError {
  return new ScorerError(`The object ${path} ${reason}.`, {
    code: 'OBJECT_NOT_FOUND',
    cause,
    detail: { path },
  });
}

/** An `OBJECT_NOT_FOUND` for a version that is not the one there now. */
export function generationNotFound(path: string, wanted: string, found: string): ScorerError {
  return new ScorerError(`The object ${path} is at generation ${found} now, generation ${wanted} is gone.`, {
    code: 'OBJECT_NOT_FOUND',
    detail: { path, generation: wanted, found },
  });
}

/**
 * Runs file operations and turns what the system answers into a `STORAGE_FAILED` that names the
 * path and the reason, or `OBJECT_NOT_FOUND` for a read of what isn't there. Anything else that is
 * thrown inside (a source's error, an abort) passes unchanged.
 */
export async function onDisk<T>(doing: 'read' | 'write', path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (doing === 'read' && isNotThere(error)) throw objectNotFound(path, 'is not there', error);
    const { getSystemErrorMessage } = await import('node:util'); // milliseconds that only a failure is worth
    const reason = `${getSystemErrorMessage(error.errno)} (${error.code})`;
    throw new ScorerError(`Cannot ${doing} ${path}: ${reason}.`, {
      // no other try will make the name fit
      code: error.code === 'ENAMETOOLONG' ? 'INVALID_MESSAGE' : 'STORAGE_FAILED',
      cause: error,
      detail: { path, reason: error.code },
    });
  }
}

function isSystemError(error: unknown): error is Error & { readonly code: string; readonly errno: number } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'errno' in error &&
    typeof error.errno === 'number'
  );
}
