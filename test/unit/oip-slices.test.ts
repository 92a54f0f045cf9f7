// Large inference requests, whose data is parsed some elements at a time, against the same decoded as a whole.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeInferRequest, type InferRequest } from '../../src/decode/oip.ts';
import { DATATYPES } from '../../src/decode/oip-datatype.ts';
import { decodeInferSlices } from '../../src/decode/oip-slices.ts';
import { decodeUtf8 } from '../../src/decode/text.ts';
import { ScorerError } from '../../src/errors.ts';
import { mutate } from '../mutations.ts';

const SLICES = [1, 7, 40, 1000];

/** What a request says, or what is said of it. */
function outcomeOf(decode: () => InferRequest): unknown {
  try {
    const { id, inputs, outputs } = decode();
    const read = inputs.map(({ data, ...tensor }) => ({
      ...tensor,
      data: data.slice(0, data.length),
      some: Array.from({ length: 4 }, (_, at) => data.slice(at, 3 * at + 1)),
      count: data.length,
    }));
    return { id, outputs, inputs: read };
  } catch (error) {
    if (!(error instanceof ScorerError)) throw error;
    return { code: error.code, message: error.message };
  }
}

function decodeInSteps(body: Uint8Array, sliceBytes: number): { request: InferRequest; steps: number } {
  const work = decodeInferSlices(body, sliceBytes);
  for (let steps = 1; ; steps += 1) {
    const { done, value } = work.next();
    if (done === true) return { request: value, steps };
  }
}

/** Compares all sizes of slices with the whole. */
function check(body: Uint8Array): unknown {
  const whole = outcomeOf(() => decodeInferRequest(decodeUtf8(body, 'The body')));
  for (const size of SLICES) {
    assert.deepEqual(
      outcomeOf(() => decodeInSteps(body, size).request),
      whole,
      `in slices of ${size}: ${Buffer.from(body)}`,
    );
  }
  return whole;
}

const space = fc.constantFrom('', '', ' ', '\n\t');
const number = fc.oneof(
  fc.integer().map(String),
  fc.double().map((value) => JSON.stringify(value)),
);
const string = fc
  .oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('],"data":[', '\\', '"', '{', ',', '\ud800'))
  .map((text) => JSON.stringify(text));
const scalar = fc.oneof(
  { weight: 6, arbitrary: number },
  { weight: 3, arbitrary: string },
  { weight: 1, arbitrary: fc.constantFrom('true', 'false', 'null', '-0', '1e400', '"\\u005d\\n"') },
);
const wrong = fc.constantFrom(
  '[]',
  '[1]',
  '{"data":[1]}',
  '{}',
  '[[1],[2]]',
  '',
  '1 2',
  ',',
  'NaN',
  '[1',
  '}',
  '"',
);

/** One value most of the time. */
const usually = <T>(value: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 15, arbitrary: fc.constant(value) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

/** `data`, nested or flat, of so many rows, seldom with something in it that doesn't belong there. */
const data = fc
  .record({
    rows: fc.integer({ min: 1, max: 12 }),
    width: fc.integer({ min: 1, max: 3 }),
    isNested: fc.boolean(),
    elements: fc.oneof(fc.constant(number), fc.constant(string), fc.constant(scalar)),
    odd: fc.oneof(
      { weight: 15, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.tuple(fc.nat(), wrong) },
    ),
    gap: space,
  })
  .chain(({ rows, width, isNested, elements, odd, gap }) =>
    fc.array(elements, { minLength: rows * width, maxLength: rows * width }).map((values) => {
      const own = [...values];
      if (odd !== undefined) own[odd[0] % own.length] = odd[1];
      const join = (some: readonly string[]): string => some.join(`${gap},${gap}`);
      const nested = Array.from(
        { length: rows },
        (_, row) => `[${join(own.slice(row * width, (row + 1) * width))}]`,
      );
      return { rows, width, text: `[${gap}${join(isNested ? nested : own)}${gap}]` };
    }),
  );

const tensor = fc
  .record({
    data,
    name: usually(undefined, 'a', 'b'),
    datatype: fc.constantFrom(...DATATYPES),
    shape: usually<'own' | 'flat' | 'deep' | 'wrong'>('own', 'flat', 'deep', 'wrong'),
    key: usually('"data"', '"d\\u0061ta"', '"Data"'),
    more: usually('', '"data":[1],', '"parameters":{"data":[2]},', '"x":[{"data":[3]},["]"]],', '"data":7,'),
    isLast: fc.boolean(),
    gap: space,
  })
  .map(
    ({ data: { rows, width, text }, name, datatype, shape: kind, key, more, isLast, gap }) =>
      (place: number) => {
        const shapes = {
          own: `[${rows},${width}]`,
          flat: `[${rows * width}]`,
          deep: `[${rows},1,${width}]`,
          wrong: `[${rows + 1}]`,
        };
        const about = `${more}"name":"${name ?? `x${place}`}","datatype"${gap}:"${datatype}","shape":${shapes[kind]}`;
        const own = `${key}${gap}:${gap}${text}`;
        return `{${gap}${isLast ? `${about},${own}` : `${own},${about}`}${gap}}`;
      },
  );

const document = fc
  .record({
    tensors: fc.array(tensor, { minLength: 1, maxLength: 4 }),
    odd: usually(undefined, '7', '{}', '[]', '[{"data":[1]}]', 'null'),
    before: usually(
      '',
      ...[
        '"id":"é\\"]",',
        '"inputs":[{"data":[1,2]}],',
        '"parameters":{"inputs":[{"data":[1]}]},',
        '"inputs":7,',
      ],
    ),
    behind: usually(
      '',
      ...[',"outputs":[{"name":"label"}]', ',"inputs":[]', ',"id":3', ']', ',"outputs":[{"data":[1]}]'],
    ),
    key: usually('"inputs"', '"inp\\u0075ts"', '"__proto__"'),
    mark: fc.constantFrom('', '', '\ufeff', ' '),
    gap: space,
  })
  .map(({ tensors, odd, before, behind, key, mark, gap }) => {
    const own = tensors.map((toText, place) => toText(place));
    const list = [...own, ...(odd === undefined ? [] : [odd])].join(`${gap},`);
    return Buffer.from(`${mark}{${gap}${before}${key}:${gap}[${gap}${list}]${behind}}${gap}`);
  });

describe('an inference request in slices', () => {
  it('says what it says as a whole, and is refused with the same words', () => {
    let sliced = 0;
    fc.assert(
      fc.property(document, fc.nat(), (body, seed) => {
        const whole = check(body) as { readonly inputs?: unknown };
        if (whole.inputs !== undefined) {
          const [{ data: read }] = decodeInSteps(body, 40).request.inputs;
          if (!Array.isArray(read)) sliced += 1;
        }
        check(mutate(body, seed));
        check(body.subarray(0, seed % body.length));
      }),
      { numRuns: 2000 },
    );
    assert.ok(sliced > 400, `only ${sliced} were decoded in slices`);
  });

  const toBody = (text: string, shape = '[4]', datatype = 'FP32'): string =>
    `{"inputs":[{"name":"a","datatype":"${datatype}","shape":${shape},"data":${text}}]}`;

  for (const [why, text] of [
    ['nothing', ''],
    ['a brace', '{'],
    ['no object', '[{"inputs":[{"data":[1]}]}]'],
    ['no inputs', '{"inputs":'],
    ['an input that begins', '{"inputs":[{"data":[1,2'],
    ['data that is empty', toBody('[]')],
    ['data with a comma behind', toBody('[1,2,3,4,]')],
    ['data with two commas', toBody('[1,2,,3,4]')],
    ['data with a comma before', toBody('[,1,2,3,4]')],
    ['data that a brace ends', toBody('[1,2,3,4}')],
    ['data with a bracket more', toBody('[1,2,3,4]]')],
    ['data without commas', toBody('[1 2 3 4]')],
    ['data with a colon', toBody('[1:2,3,4]')],
    ['data with a byte order mark', toBody('[1,2,3,\ufeff4]')],
    ['rows of different width', toBody('[[1,2],[3],[4]]', '[2,2]')],
    ['rows without elements', toBody('[[],[1],[2,3,4]]', '[4,1]')],
    ['rows and an element', toBody('[[1,2],3,4]', '[2,2]')],
    ['an element and rows', toBody('[1,2,[3,4]]', '[2,2]')],
    ['rows under a shape of one dimension', toBody('[[1],[2],[3],[4]]')],
    ['deeper rows', toBody('[[[1,2]],[[3,4]]]', '[2,1,2]')],
    ['objects', toBody('[{},{},{},{}]')],
    ['a shape that is none', toBody('[1,2,3,4]', '[4.5]')],
    ['a colon between the tensors', '{"inputs":[{"data":[1,2]}:{"data":[3]}]}'],
    ['an endless string', toBody('["a","b","c","d]', '[4]', 'BYTES')],
    ['data twice', toBody('[1,2,3,4]').replace('"data"', '"data":[1,2],"data"')],
    ['data twice, the first broken', toBody('[1,2,3,4]').replace('"data"', '"data":[1,,2],"data"')],
    ['data beside the tensors', toBody('[1,2,3,4]').replace('{"inputs"', '{"data":[1,2],"inputs"')],
    ['arrays without end', toBody('['.repeat(100_000))],
    ['rows deeper than a parser goes', toBody(`${'['.repeat(19_998)}1${']'.repeat(19_998)}`, '[1,1]')],
    ['more rows than are taken', toBody(`[${'[1],'.repeat(1_000_000)}[1]]`, '[1000001,1]')],
  ] as const) {
    it(`agrees with the whole on ${why}`, () => {
      const body = Buffer.from(text);
      if (body.length > 200_000) {
        assert.deepEqual(
          outcomeOf(() => decodeInSteps(body, 64 * 1024).request),
          outcomeOf(() => decodeInferRequest(text)),
        );
      } else check(body);
    });
  }

  for (const [why, data, shape, datatype] of [
    ['numbers', Array.from({ length: 4000 }, (_, at) => (at % 3 === 0 ? at : at / 8)), [4000], 'FP32'],
    ['rows', Array.from({ length: 2000 }, (_, at) => [at, at / 8]), [2000, 2], 'FP64'],
    ['text', Array.from({ length: 4000 }, (_, at) => `"], ${at}`), [4000, 1], 'BYTES'],
    ['nothing but gaps', Array.from({ length: 4000 }, () => null), [4000], 'BOOL'],
  ] as const) {
    it(`of ${why} is decoded in as many steps as it has slices`, () => {
      const text = JSON.stringify({ inputs: [{ name: 'a', datatype, shape, data }] });
      const { request, steps } = decodeInSteps(Buffer.from(text), 1000);
      const [{ data: read }] = request.inputs;
      assert.ok(!Array.isArray(read), 'it was decoded as a whole');
      assert.deepEqual(read.slice(0, read.length), data.flat());
      assert.ok(steps > text.length / 1200 && steps < text.length / 800, `${steps} of ${text.length} bytes`);
    });
  }
});
