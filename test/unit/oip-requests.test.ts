// What inference requests of the Open Inference Protocol may be, and what is said of those that aren't.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeInferRequest } from '../../src/decode/oip.ts';

const TENSOR = { name: 'x', datatype: 'FP32', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] };
const toText = (change: object, tensor: object = {}): string =>
  JSON.stringify({ inputs: [{ ...TENSOR, ...tensor }], ...change });

describe('an inference request', () => {
  it('gives the same tensor nested and flat', () => {
    const nested = decodeInferRequest(
      toText(
        {},
        {
          data: [
            [1, 2, 3],
            [4, 5, 6],
          ],
        },
      ),
    );
    assert.deepEqual(nested, decodeInferRequest(toText({})));
    assert.deepEqual(nested.inputs[0].data, [1, 2, 3, 4, 5, 6]);
  });

  it('has an id, outputs and parameters of simple types', () => {
    const parameters = { text: 'a', number: 1.5, boolean: false, binary_data: false };
    const outputs = [{ name: 'a', parameters }, { name: 'b' }, { name: 'a' }];
    const request = decodeInferRequest(toText({ id: '42', parameters, outputs }, { parameters }));
    assert.deepEqual([request.id, request.outputs], ['42', ['a', 'b']]);
  });

  it('asks for all outputs when it names none', () => {
    for (const change of [{}, { outputs: [] }]) {
      assert.equal(decodeInferRequest(toText(change)).outputs, undefined);
    }
  });
});

const REFUSED: readonly (readonly [why: string, text: string, says: string])[] = [
  ['that is no object', '[1]', 'expected an object with "inputs"'],
  ['without inputs', '{"id":"1"}', '"inputs" is undefined: expected an array of tensors'],
  ['with no input', '{"inputs":[]}', 'expected one tensor or more'],
  ['with an input that is none', '{"inputs":[7]}', 'inputs[0] is 7: expected a tensor'],
  ['with an id that is no text', toText({ id: 42 }), '"id" is 42: expected text'],
  ['with an input without a name', toText({}, { name: null }), 'inputs[0].name is null'],
  ['of another datatype', toText({}, { datatype: 'fp32' }), '"fp32" (nearest: FP32)'],
  ['of the datatype BF16', toText({}, { datatype: 'BF16' }), 'expected one of BOOL, UINT8'],
  ['without a shape', toText({}, { shape: undefined }), 'a shape that is undefined'],
  ['without dimensions', toText({}, { shape: [] }), 'expected an array of integers, 1 or more'],
  ['without rows', toText({}, { shape: [0, 3], data: [] }), 'expected an array of integers, 1 or more'],
  ['with a dimension of −1', toText({}, { shape: [-1, 3] }), 'expected an array of integers, 1 or more'],
  ['with data that is no array', toText({}, { data: 'AAAA' }), 'data that is "AAAA"'],
  ['with too few elements', toText({}, { data: [1] }), 'data has 1 element; the shape [2, 3] says 6'],
  ['with too few rows', toText({}, { data: [[1, 2, 3]] }), 'data has 1 element; the shape [2, 3] says 2'],
  [
    'with a short row',
    toText(
      {},
      {
        data: [
          [1, 2, 3],
          [4, 5],
        ],
      },
    ),
    'data[1] has 2 elements; the shape [2, 3] says 3',
  ],
  ['nested and flat at once', toText({}, { data: [[1, 2, 3], 4] }), 'data[1] is no array'],
  ['with an input twice', toText({ inputs: [TENSOR, TENSOR] }), 'The input "x" is there twice'],
  ['with an output that has no name', toText({ outputs: ['a'] }), 'outputs[0] is "a": expected an object'],
  [
    'with a parameter that is a list',
    toText({ parameters: { a: [] } }),
    'the parameter "a" that is an array',
  ],
  ['with parameters that are none', toText({ parameters: 7 }), '"parameters" that is 7: expected an object'],
  [
    'with a binary input',
    toText({}, { parameters: { binary_data_size: 24 } }),
    'binary tensors are not taken',
  ],
  [
    'that wants a binary output',
    toText({ outputs: [{ name: 'a', parameters: { binary_data: true } }] }),
    'binary_data=False',
  ],
  [
    'that wants all outputs binary',
    toText({ parameters: { binary_data_output: true } }),
    'binary_data=False',
  ],
];

describe('an inference request is refused', () => {
  for (const [why, text, says] of REFUSED) {
    it(why, () => {
      assert.throws(
        () => decodeInferRequest(text),
        (error: Error & { code?: string }) =>
          error.code === 'INVALID_REQUEST' && error.message.includes(says),
      );
    });
  }

  it('when it holds NaN, which JSON has not', () => {
    assert.throws(() => decodeInferRequest('{"inputs":[{"data":[NaN]}]}'), { code: 'INVALID_JSON' });
  });
});
