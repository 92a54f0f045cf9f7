import { binaryTensors, decodeInferRequest } from '../../../src/decode/oip.ts';
import { decodeInferSlices } from '../../../src/decode/oip-slices.ts';
import { decodeUtf8 } from '../../../src/decode/text.ts';
import { chooseOutputs, type InferAnswer, toInferJson, toInferPieces } from '../../../src/encode/oip.ts';
import { ScorerError, show } from '../../../src/errors.ts';
import { openTensorRows } from '../../../src/features/tensor-rows.ts';
import type { Model } from '../../../src/model/model.ts';
import { type Answer, joinPieces, toJsonAnswer } from '../../answer.ts';
import type { Request } from '../../router.ts';
import { RowTally } from '../../row-tally.ts';
import type { Admitted } from '../admission.ts';
import { toBodyKind } from '../content-type.ts';
import { inTurns } from '../in-turns.ts';
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
  const isLarge = body.length > WHOLE_BYTES;
  const {
    id,
    inputs,
    outputs: asked,
  } = isLarge
    ? await inTurns(decodeInferSlices(body), isGone)
    : decodeInferRequest(decodeUtf8(body, 'The body'));
  const outputs = chooseOutputs(outputsOf(model), asked);
  const table = openTensorRows(model.schema, inputs);
  rows.read = table.rows;
  admitted.holdRows(table.rows, model.rowMs);
  const { parts, failures } = await scoreInSlices(model, table, rows, isGone);
  const headers = toModelHeader(model);
  const failed = failures.toAnswer(table.rows);
  if (failed !== undefined) return { ...failed, headers };
  rows.scored = table.rows;
  const answer = { identity: model.identity, id, parts, outputs };
  if (parts.length === 1) return toJsonAnswer(200, toInferJson(answer), headers);
  const pieces = await inTurns(toBytes(answer), isGone);
  for (const { length } of pieces) admitted.addBytes(length);
  return { status: 200, contentType: 'application/json', body: joinPieces(pieces), headers };
}

/** Bytes that are sent at once, at least. */
const PIECE_BYTES = 64 * 1024;

function* toBytes(answer: InferAnswer): Generator<undefined, readonly Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  let text = '';
  for (const some of toInferPieces(answer)) {
    text += some;
    if (text.length < PIECE_BYTES) continue;
    pieces.push(Buffer.from(text));
    text = '';
    yield;
  }
  return [...pieces, Buffer.from(text)];
}
