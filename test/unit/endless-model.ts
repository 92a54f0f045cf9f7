// A model that is right in every way and never ends: a loop of as many turns as there are integers.
import { encodeField } from '../../src/model/onnx/fields.ts';
import { HEAD, integer, message, modelOf, node, text, valueInfo } from '../onnx-bytes.ts';

const [FLOAT, INT64, BOOL] = [1, 7, 9];
const TURNS = Buffer.alloc(8);
TURNS.writeBigInt64LE(2n ** 62n);

const BODY = message(
  6,
  node('Identity', ['more'], ['again']),
  node('Identity', ['value'], ['next']),
  text(2, 'body'),
  valueInfo(11, 'turn', INT64, []),
  valueInfo(11, 'more', BOOL, []),
  valueInfo(11, 'value', FLOAT, ['N', 1]),
  valueInfo(12, 'again', BOOL, []),
  valueInfo(12, 'next', FLOAT, ['N', 1]),
);

/** Opens, and runs for centuries. */
export const ENDLESS_MODEL: Buffer = modelOf(
  HEAD,
  message(
    7,
    node('Loop', ['turns', '', 'x'], ['y'], [...text(1, 'body'), ...BODY, ...integer(20, 5)]),
    text(2, 'g'),
    message(5, integer(2, INT64), text(8, 'turns'), encodeField(9, [TURNS])),
    valueInfo(11, 'x', FLOAT, ['N', 1]),
    valueInfo(12, 'y', FLOAT, ['N', 1]),
  ),
);
