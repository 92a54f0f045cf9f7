// A small model that is right in every way but one: it never comes to an end.

import { encodeField } from '../src/model/onnx/fields.ts';
import { HEAD, integer, message, modelOf, node, text, valueInfo } from './onnx-bytes.ts';

const [FLOAT, INT64, BOOL, GRAPH] = [1, 7, 9, 5];

/** `y = x`, in a loop whose condition is true for ever. */
export function endlessModel(): Buffer {
  const body = [
    ...node('Identity', ['goes on'], ['goes on still']),
    ...node('Identity', ['v'], ['v again']),
    ...text(2, 'body'),
    ...valueInfo(11, 'i', INT64, []),
    ...valueInfo(11, 'goes on', BOOL, []),
    ...valueInfo(11, 'v', FLOAT, ['N', 1]),
    ...valueInfo(12, 'goes on still', BOOL, []),
    ...valueInfo(12, 'v again', FLOAT, ['N', 1]),
  ];
  const attribute = [...text(1, 'body'), ...encodeField(6, body), ...integer(20, GRAPH)];
  const isTrue = message(5, integer(2, BOOL), text(8, 'true'), encodeField(9, [Buffer.of(1)]));
  const ends = [valueInfo(11, 'x', FLOAT, ['N', 1]), valueInfo(12, 'y', FLOAT, ['N', 1])];
  return modelOf(
    HEAD,
    message(7, node('Loop', ['', 'true', 'x'], ['y'], attribute), text(2, 'g'), isTrue, ...ends),
  );
}
