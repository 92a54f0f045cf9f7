import type { HttpParts } from '../../src/compose.ts';
import { ScorerError } from '../../src/errors.ts';
import type { Answer } from '../answer.ts';
import { takeBody } from '../request-body.ts';
import type { Request } from '../router.ts';
import { RowTally } from '../row-tally.ts';
import type { Admission, Admitted } from './admission.ts';
import { toBodyKind } from './content-type.ts';
import { toErrorAnswer } from './error-answer.ts';
import { toModelHeader } from './model-header.ts';
import { readPlainBody } from './plain-body.ts';
import { type PredictTask, predict } from './predict.ts';
import { withReadyModel } from './ready-model.ts';
import { WHOLE_BYTES } from './slices.ts';

/** How a path differs from `/predict`. */
export interface PredictOptions {
  /** Takes instances, and names predictions alone, as Vertex AI does: see `docs/protocols.md`. */
  readonly isVertex: boolean;
}

/**
 * Scores the body of a request, whichever notation it has.
 *
 * @throws ScorerError for a request that fails as a whole, but for forms: their failures are answers of their own kind
 */
export async function answerPrediction(
  parts: HttpParts,
  admission: Admission,
  request: Request,
  query: string,
  options: PredictOptions,
): Promise<Answer> {
  const admitted = admission.admit(Number(request.headers['content-length'] ?? 0), request.socket);
  try {
    await undefined; // the parser goes on with what it has read
    const isPlain = request.headers['content-encoding'] === undefined;
    const body = (isPlain ? takeBody(request) : undefined) ?? (await readPlainBody(request, admitted));
    const kind = toBodyKind(request.headers['content-type'], body);
    const rows = new RowTally();
    request.rows = rows;
    const { accept } = request.headers;
    const { isVertex } = options;
    const { loadDocumentScorer } = parts;
    const isGone = (): boolean => request.socket.destroyed;
    const score = (begin: PredictTask['begin']): Promise<Answer> =>
      withReadyModel(parts, (model) => {
        const headers = toModelHeader(model);
        return predict(model, {
          kind,
          body,
          admitted,
          rows,
          query,
          accept,
          isVertex,
          headers,
          isGone,
          begin,
          loadDocumentScorer,
        });
      });
    if (kind === 'form') return releaseAfter(await toFormAnswer(parts, score(beginNever), request), admitted);
    const isSmall = kind === 'json' && body.length <= WHOLE_BYTES;
    return releaseAfter(await (isSmall ? score(beginNever) : beginEarly(score)), admitted);
  } catch (error) {
    admitted.release();
    throw error;
  }
}

/** For answers that are whole before they begin. */
function beginNever(): void {}

/** The answer as soon as it begins, which may be before all of it is made. */
function beginEarly(score: (begin: PredictTask['begin']) => Promise<Answer>): Promise<Answer> {
  const begun = Promise.withResolvers<Answer>();
  score(begun.resolve).then(begun.resolve, begun.reject);
  return begun.promise;
}

/**
 * Reads a body within the bounds of what may be under way, and answers it.
 *
 * @throws ScorerError `OVERLOADED`; as {@link readPlainBody}; what `answer` throws
 */
export async function answerAdmitted(
  admission: Admission,
  request: Request,
  answer: (body: Uint8Array, admitted: Admitted) => Promise<Answer>,
): Promise<Answer> {
  const admitted = admission.admit(Number(request.headers['content-length'] ?? 0), request.socket);
  try {
    const body = await readPlainBody(request, admitted);
    return releaseAfter(await answer(body, admitted), admitted);
  } catch (error) {
    admitted.release();
    throw error;
  }
}

/** An answer of any size is held until it is out: who reads slowly holds it. */
function releaseAfter(answer: Answer, admitted: Admitted): Answer {
  if (typeof answer.body === 'string' && answer.body.length < SMALL_BYTES) {
    admitted.release();
    return answer;
  }
  if (typeof answer.body === 'string') admitted.addBytes(answer.body.length);
  return { ...answer, whenSent: () => admitted.release() };
}

/** Answers below this are gone at once into the socket's own buffer. */
const SMALL_BYTES = 64 * 1024;

/** On the form door errors are `{"error_message": …}`, as the callers of the original know them. */
async function toFormAnswer(parts: HttpParts, made: Promise<Answer>, request: Request): Promise<Answer> {
  const answer = await made.catch((error: unknown) => {
    if (!(error instanceof ScorerError)) throw error;
    return { ...toErrorAnswer(parts, error, request), code: error.code };
  });
  if (answer.status < 400) return answer;
  const { error } = JSON.parse(String(answer.body)) as { readonly error: string }; // made by toErrorJson
  return { ...answer, body: JSON.stringify({ error_message: error }) };
}
