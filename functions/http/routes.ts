import type { HttpParts, PredictParts } from '../../src/compose.ts';
import { ScorerError } from '../../src/errors.ts';
import type { Model } from '../../src/model/model.ts';
import { type Answer, causeOf, RETRY_AFTER, toErrorJson, toJsonAnswer } from '../answer.ts';
import type { Handler } from '../listener.ts';
import { createProbes } from '../probes.ts';
import { readBody } from '../request-body.ts';
import { toRequestId, toTraceId } from '../request-id.ts';
import { createRouter, type Request, type Route } from '../router.ts';
import { toBodyKind } from './content-type.ts';
import { createCrossOrigin } from './cross-origin.ts';
import { decompress } from './decompress.ts';
import { predict } from './predict.ts';
import { STATUS } from './status.ts';

/** How long a request waits for the first load of the model, in milliseconds. */
const MODEL_WAIT_MS = 25_000;

/** Makes the handler of the prediction function: every answer is JSON, but for rows that came as CSV or NDJSON. */
export function createPredictHandler(parts: HttpParts): Handler {
  const predictions: Route = {
    methods: ['POST'],
    answer: (request, query) => answerPrediction(parts, request, query),
  };
  const routes = new Map([['/', predictions], ['/predict', predictions], ...createProbes(parts)]);
  const toCrossOrigin = createCrossOrigin(parts.corsOrigins);
  return createRouter(routes, (error, request) => toErrorAnswer(parts, error, request), {
    toHeaders: (request) => ({ ...toCrossOrigin(request), 'X-Request-Id': toRequestId(request) }),
  });
}

async function answerPrediction(parts: HttpParts, request: Request, query: string): Promise<Answer> {
  const sent = await readBody(request);
  const isPlain = request.rawBody !== undefined; // the framework has inflated it
  const body = isPlain ? sent : await decompress(sent, request.headers['content-encoding']);
  if (body.length === 0)
    throw new ScorerError('The body is empty: expected features.', { code: 'EMPTY_BODY' });
  const kind = toBodyKind(request.headers['content-type'], body);
  try {
    const answer = await withReadyModel(parts, (model) =>
      predict(model, kind, body, new URLSearchParams(query)),
    );
    return kind === 'form' ? toFormAnswer(answer) : answer;
  } catch (error) {
    if (kind !== 'form' || !(error instanceof ScorerError)) throw error;
    return toFormAnswer(toErrorAnswer(parts, error, request));
  }
}

/** A signal with a timer is made only where there is something to wait for. */
function withReadyModel({ scorer }: PredictParts, use: (model: Model) => Promise<Answer>): Promise<Answer> {
  if (scorer.state().state === 'ready') return scorer.withModel(use);
  return scorer.withModel(use, { signal: AbortSignal.timeout(MODEL_WAIT_MS) });
}

/** On the form door errors are `{"error_message": …}`, as the callers of the original know them. */
function toFormAnswer(answer: Answer): Answer {
  if (answer.status < 400) return answer;
  const { error } = JSON.parse(answer.body.toString()) as { readonly error: string }; // made by toErrorJson
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
  return toJsonAnswer(status, toErrorJson(error.message, error.code), status === 503 ? RETRY_AFTER : {});
}
