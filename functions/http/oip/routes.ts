import type { PredictParts } from '../../../src/compose.ts';
import type { Model } from '../../../src/model/model.ts';
import { type Answer, RETRY_AFTER, toJsonAnswer } from '../../answer.ts';
import type { Describe } from '../../operation.ts';
import { askState } from '../../probes.ts';
import { readBody } from '../../request-body.ts';
import type { Route } from '../../router.ts';
import { RowTally } from '../../row-tally.ts';
import type { Admission } from '../admission.ts';
import { answerAdmitted } from '../answer-prediction.ts';
import { withReadyModel } from '../ready-model.ts';
import { checkIsJson, infer } from './infer.ts';
import { toMetadataJson } from './metadata.ts';
import { checkServed } from './served.ts';

const READ = ['GET', 'HEAD'];

/** What the server is; extensions are those of the protocol that it takes whole. */
const SERVER = { name: 'scorestream', version: '0.1.0', extensions: [] };

/**
 * The routes of the Open Inference Protocol, version 2:
 * https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md.
 * Failures are `{"error": …, "code": …}`, as everywhere.
 */
export function createOipRoutes(parts: PredictParts, admission: Admission): ReadonlyMap<string, Route> {
  const read = (answer: Route['answer'], name: Name): Route => ({
    methods: READ,
    answer,
    operations: { GET: toDescribe(name) },
  });
  const server = read(async () => toJsonAnswer(200, JSON.stringify(SERVER)), 'describeServer');
  const answerMetadata: Route['answer'] = (_request, _query, names) =>
    withServed(parts, names, async (model) => toJsonAnswer(200, toMetadataJson(model)));
  const answerModel: Route['answer'] = async (_request, _query, names) => answerModelReady(parts, names);
  const inference: Route = {
    methods: ['POST'],
    answer: (request, _query, names) =>
      answerAdmitted(admission, request, async (body, admitted) => {
        checkIsJson(request, body);
        const rows = new RowTally();
        request.rows = rows;
        return withServed(parts, names, (model) =>
          infer(model, body, admitted, rows, () => request.socket.destroyed),
        );
      }),
    operations: { POST: toDescribe('describeInference') },
  };
  const live = async (): Promise<Answer> => toJsonAnswer(200, '{"live":true}');
  const model = '/v2/models/{model}';
  const ofModel: readonly (readonly [string, Route])[] = [
    ['', read(answerMetadata, 'describeMetadata')],
    ['/ready', read(answerModel, 'describeModelReady')],
    ['/infer', inference],
  ];
  return new Map<string, Route>([
    ['/v2', server],
    ['/v2/', server],
    ['/v2/health/live', read(live, 'describeLive')],
    ['/v2/health/ready', read(async () => answerReady(parts), 'describeReady')],
    ...ofModel.map(([end, route]) => [model + end, route] as const),
    ...ofModel.map(([end, route]) => [`${model}/versions/{version}${end}`, ofVersion(route)] as const),
    ['/v2/repository/index', createIndex(parts)],
  ]);
}

type Descriptions = typeof import('../openapi/oip.ts');
type Name = Exclude<keyof Descriptions, 'withVersion'>;

/** Descriptions are loaded when somebody asks for them. */
function toDescribe(name: Name): Describe {
  return async (model) => (await import('../openapi/oip.ts'))[name](model);
}

/** The same route, where its path names the version. */
function ofVersion(route: Route): Route {
  const versioned = Object.entries(route.operations ?? {}).map(([method, describe]) => [
    method,
    async (model: Model) => (await import('../openapi/oip.ts')).withVersion(await describe(model), model),
  ]);
  return { ...route, operations: Object.fromEntries(versioned) };
}

/** @throws ScorerError `NOT_FOUND`, `MODEL_NOT_READY`, and what `use` throws */
function withServed(
  parts: PredictParts,
  [name = '', version]: readonly string[],
  use: (model: Model) => Promise<Answer>,
): Promise<Answer> {
  return withReadyModel(parts, (model) => {
    checkServed(model.identity, name, version);
    return use(model);
  });
}

function answerReady({ scorer }: PredictParts): Answer {
  const ready = askState(scorer).state === 'ready';
  return toJsonAnswer(ready ? 200 : 503, JSON.stringify({ live: true, ready }), ready ? {} : RETRY_AFTER);
}

/** A model that is still being loaded has no name yet: whichever is asked for isn't ready. */
function answerModelReady({ scorer }: PredictParts, [name = '', version]: readonly string[]): Answer {
  const now = askState(scorer);
  if (now.state !== 'ready') return toJsonAnswer(503, JSON.stringify({ name, ready: false }), RETRY_AFTER);
  checkServed(now.identity, name, version);
  return toJsonAnswer(200, JSON.stringify({ name, ready: true }));
}

/** What is in the repository: the one model. The body may ask for models that are ready, which are all that there are. */
function createIndex(parts: PredictParts): Route {
  return {
    methods: ['POST'],
    operations: { POST: toDescribe('describeIndex') },
    async answer(request) {
      await readBody(request);
      return withReadyModel(parts, async ({ identity: { name, version } }) =>
        toJsonAnswer(200, JSON.stringify([{ name, version, state: 'READY', reason: '' }])),
      );
    },
  };
}
