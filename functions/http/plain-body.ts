import { ScorerError } from '../../src/errors.ts';
import { readBody } from '../request-body.ts';
import type { Request } from '../router.ts';
import type { Admitted } from './admission.ts';
import { decompress } from './decompress.ts';

/**
 * Reads the body of a request as it was before it was compressed.
 *
 * @throws ScorerError `EMPTY_BODY`, `BODY_TOO_LARGE`, `OVERLOADED`, and as {@link decompress}
 */
export async function readPlainBody(request: Request, admitted: Admitted): Promise<Uint8Array> {
  const sent = await readBody(request, (bytes) => admitted.holdBytes(bytes));
  const isPlain = request.rawBody !== undefined; // the framework has inflated it
  const body = isPlain ? sent : await decompress(sent, request.headers['content-encoding']);
  admitted.holdBytes(body.length);
  if (body.length > 0) return body;
  throw new ScorerError('The body is empty: expected features.', { code: 'EMPTY_BODY' });
}
