import type { HttpParts, PredictParts } from '../../src/compose.ts';
import { toIdentityText } from '../../src/encode/prediction.ts';
import { ScorerError } from '../../src/errors.ts';
import type { Model } from '../../src/model/model.ts';
import { type Answer, causeOf, RETRY_AFTER, toErrorJson, toJsonAnswer } from '../answer.ts';
import type { Handler } from '../listener.ts';
import { createProbes } from '../probes.ts';
import { readBody } from '../request-body.ts';
import { toRequestId, toTraceId } from '../request-id.ts';
import { createRouter, type Request, type Route } from '../router.ts';
import {
  ADMISSION_LIMITS,
  type Admission,
  type AdmissionLimits,
  type Admitted,
  createAdmission,
} from './admission.ts';
import { type BodyKind, toBodyKind } from './content-type.ts';
import { createCrossOrigin } from './cross-origin.ts';
import { decompress } from './decompress.ts';
import { predict } from './predict.ts';
import { STATUS } from './status.ts';

/** How long a request waits for the first load of the model, in milliseconds. */
const MODEL_WAIT_MS = 25_000;

/**
 * Makes the handler of the prediction function: every answer is JSON, but for rows that came as CSV or NDJSON, or that
 * are asked for so.
 */
export function createPredictHandler(parts: HttpParts, limits: AdmissionLimits = ADMISSION_LIMITS): Handler {
  const admission = createAdmission(limits);
  const predictions: Route = {
    methods: ['POST'],
    answer: (request, query) => answerPrediction(parts, admission, request, query),
  };
  const routes = new Map([['/', predictions], ['/predict', predictions], ...createProbes(parts)]);
  const toCrossOrigin = createCrossOrigin(parts.corsOrigins);
  return createRouter(routes, (error, request) => toErrorAnswer(parts, error, request), {
    toHeaders: (request) => ({ ...toCrossOrigin(request), 'X-Request-Id': toRequestId(request) }),
  });
}

async function answerPrediction(
  parts: HttpParts,
  admission: Admission,
  request: Request,
  query: string,
): Promise<Answer> {
  const admitted = admission.admit(Number(request.headers['content-length'] ?? 0));
  try {
    const body = await readPlainBody(request);
    admitted.holdBytes(body.length);
    if (body.length === 0)
      throw new ScorerError('The body is empty: expected features.', { code: 'EMPTY_BODY' });
    const kind = toBodyKind(request.headers['content-type'], body);
    const { answer, done } = startPrediction(parts, kind, body, admitted, request, query);
    done.finally(() => admitted.release()).catch(() => undefined); // told by the answer
    return await answer;
  } catch (error) {
    admitted.release();
    throw error;
  }
}

/** The request's body, not compressed. */
async function readPlainBody(request: Request): Promise<Uint8Array> {
  const sent = await readBody(request);
  const isPlain = request.rawBody !== undefined; // the framework has inflated it
  return isPlain ? sent : decompress(sent, request.headers['content-encoding']);
}

/** @returns the answer, which may begin before all is `done` */
function startPrediction(
  parts: HttpParts,
  kind: BodyKind,
  body: Uint8Array,
  admitted: Admitted,
  request: Request,
  query: string,
): { readonly answer: Promise<Answer>; readonly done: Promise<Answer> } {
  const begun = kind === 'form' ? undefined : Promise.withResolvers<Answer>();
  const done = withReadyModel(parts, (model) =>
    predict(model, {
      ...{ kind, body, admitted, accept: request.headers.accept, query: new URLSearchParams(query) },
      headers: toModelHeader(model),
      loadDocumentScorer: parts.loadDocumentScorer,
      begin: (answer) => begun?.resolve(answer),
    }),
  );
  if (begun !== undefined) {
    done.then(begun.resolve, begun.reject);
    return { answer: begun.promise, done };
  }
  return { answer: done.then(toFormAnswer, (error: unknown) => toFormError(parts, error, request)), done };
}

function toFormError(parts: HttpParts, error: unknown, request: Request): Answer {
  if (!(error instanceof ScorerError)) throw error;
  return toFormAnswer(toErrorAnswer(parts, error, request));
}

/** The header that names the model which made an answer. */
function toModelHeader(model: Model): Readonly<Record<string, string>> {
  return { 'X-Model': toIdentityText(model.identity) };
}

/** A signal with a timer is made only where there is something to wait for. */
function withReadyModel({ scorer }: PredictParts, use: (model: Model) => Promise<Answer>): Promise<Answer> {
  if (scorer.state().state === 'ready') return scorer.withModel(use);
  return scorer.withModel(use, { signal: AbortSignal.timeout(MODEL_WAIT_MS) });
}

/** On the form door errors are `{"error_message": …}`, as the callers of the original know them. */
function toFormAnswer(answer: Answer): Answer {
  if (answer.status < 400) return answer;
  const { error } = JSON.parse(String(answer.body)) as { readonly error: string }; // made by toErrorJson
  return { ...answer, body: JSON.stringify({ error_message: error }) };
}

function toErrorAnswer({ logger, project }: HttpParts, error: ScorerError, request: Request): Answer {
  const status = STATUS[error.code];
  if (status >= 500) {
    const trace = toTraceId(request);
    logger.log('ERROR', 'REQUEST_FAILED', error.message, {
      ...{ code: error.code, cause: causeOf(error), requestId: toRequestId(request) },
      ...(trace === undefined
        ? {}
        : { 'logging.googleapis.com/trace': `projects/${project}/traces/${trace}` }),
    });
  }
  return toJsonAnswer(
    status,
    toErrorJson(error.message, error.code),
    status === 503 || status === 429 ? RETRY_AFTER : {},
  );
}
