import { setImmediate as nextTurn } from 'node:timers/promises';
import { binaryTensors, decodeInferRequest } from '../../../src/decode/oip.ts';
import { decodeUtf8 } from '../../../src/decode/text.ts';
import { chooseOutputs, toInferJson } from '../../../src/encode/oip.ts';
import { ScorerError, show } from '../../../src/errors.ts';
import { openTensorRows } from '../../../src/features/tensor-rows.ts';
import type { Model } from '../../../src/model/model.ts';
import { type Answer, toJsonAnswer } from '../../answer.ts';
import type { Request } from '../../router.ts';
import { RowTally } from '../../row-tally.ts';
import type { Admitted } from '../admission.ts';
import { toBodyKind } from '../content-type.ts';
import { toModelHeader } from '../model-header.ts';
import { WHOLE_BYTES } from '../slices.ts';
import { outputsOf } from './metadata.ts';
import { scoreInSlices } from './score-slices.ts';

/** The header that says where the JSON ends and binary tensors begin. */
const BINARY_HEADER = 'inference-header-content-length';

/**
 * Checks that a request's body is JSON alone.
 *
 * @throws ScorerError `INVALID_REQUEST` for binary tensors, `UNSUPPORTED_MEDIA_TYPE`, `CONTENT_TYPE_MISMATCH`
 */
export function checkIsJson({ headers }: Request, body: Uint8Array): void {
  if (headers[BINARY_HEADER] !== undefined) {
    throw binaryTensors('The request has the header Inference-Header-Content-Length');
  }
  const type = headers['content-type'];
  if (type?.startsWith('application/octet-stream') === true) {
    throw binaryTensors('The Content-Type is application/octet-stream');
  }
  if (toBodyKind(type, body) === 'json') return;
  throw new ScorerError(`The Content-Type is ${show(type)}: expected application/json.`, {
    code: 'UNSUPPORTED_MEDIA_TYPE',
  });
}

/**
 * Scores an inference request. Any bad row fails it.
 *
 * @param rows is told what becomes of them
 * @param isGone true once nobody takes the answer any more
 * @throws ScorerError for a body that can't be scored as a whole
 */
export async function infer(
  model: Model,
  body: Uint8Array,
  admitted: Admitted,
  rows = new RowTally(),
  isGone: () => boolean = () => false,
): Promise<Answer> {
  const { id, inputs, outputs: asked } = decodeInferRequest(decodeUtf8(body, 'The body'));
  const outputs = chooseOutputs(outputsOf(model), asked);
  const isLarge = body.length > WHOLE_BYTES; // others get their turn between the steps
  if (isLarge) await nextTurn();
  const table = openTensorRows(model.schema, inputs);
  rows.read = table.rows;
  admitted.holdRows(table.rows, model.rowMs);
  const { predictions, passthrough, failures } = await scoreInSlices(model, table, rows, isGone);
  const failed = failures.toAnswer(table.rows);
  if (failed !== undefined) return { ...failed, headers: toModelHeader(model) };
  rows.scored = table.rows;
  if (isLarge) await nextTurn();
  const text = toInferJson({ identity: model.identity, id, predictions, outputs, passthrough });
  return toJsonAnswer(200, text, toModelHeader(model));
}
