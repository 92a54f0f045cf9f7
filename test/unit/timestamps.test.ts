// Parts of times against an oracle: JavaScript's own Date, and values that Python gives.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TIME_PARTS } from '../../src/features/column-spec.ts';
import { encodeRecords, planCsv } from '../../src/features/csv.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import { createFeatureSchema } from '../../src/features/schema.ts';

const schema = createFeatureSchema({
  inputs: [{ name: 'x', type: 'float64', width: TIME_PARTS.length }],
  features: TIME_PARTS.map((part) => `t_${part}`),
  columns: [{ name: 't', type: 'timestamp', parts: TIME_PARTS }],
  passthrough: [],
});

/** The parts of a time in the order of the documents, or the code of what is wrong. */
function partsOf(value: unknown): readonly number[] | string {
  const { failures, frame } = encodeInstances(schema, [{ t: value }]);
  return failures[0]?.problems[0].code ?? [...(frame.data[0] as Float64Array)]; // such is the input
}

/** The same by JavaScript's Date, of a time that is written in UTC. */
function oracle(date: Date): readonly number[] {
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  let dayOfYear = date.getUTCDate();
  for (let before = 0; before < month; before += 1) {
    const last = new Date(0);
    last.setUTCFullYear(year, before + 1, 0);
    dayOfYear += last.getUTCDate();
  }
  return [
    year,
    Math.ceil((month + 1) / 3),
    month + 1,
    date.getUTCDate(),
    dayOfYear,
    [6, 0, 1, 2, 3, 4, 5][date.getUTCDay()] ?? Number.NaN,
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    Math.floor(date.getTime() / 1000),
  ];
}

const anyDate = fc.date({
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

describe('a time', () => {
  it('has the parts that Date gives, for any time of the years 0 to 9999', () => {
    fc.assert(
      fc.property(anyDate, (date) => assert.deepEqual(partsOf(date.toISOString()), oracle(date))),
      { numRuns: 5000 },
    );
  });

  it('has the parts of its own offset, and the epoch of UTC', () => {
    const two = (value: number): string => String(value).padStart(2, '0');
    fc.assert(
      fc.property(
        anyDate,
        fc.constantFrom('+', '-'),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.constantFrom(':', ''),
        (date, sign, hours, minutes, colon) => {
          const text = `${date.toISOString().slice(0, 19)}${sign}${two(hours)}${colon}${two(minutes)}`;
          const offset = (sign === '-' ? -60 : 60) * (60 * hours + minutes);
          const expected = oracle(date).with(-1, Math.floor(date.getTime() / 1000) - offset);
          assert.deepEqual(partsOf(text), expected);
        },
      ),
      { numRuns: 2000 },
    );
  });

  // year, quarter, month, day, dayofyear, weekday, hour, minute, second and epoch, as Python gives them
  for (const [text, parts] of [
    ['2026-03-01', [2026, 1, 3, 1, 60, 6, 0, 0, 0, 1772323200]],
    ['2024-02-29T23:59:59Z', [2024, 1, 2, 29, 60, 3, 23, 59, 59, 1709251199]],
    ['2000-12-31', [2000, 4, 12, 31, 366, 6, 0, 0, 0, 978220800]],
    ['1900-12-31', [1900, 4, 12, 31, 365, 0, 0, 0, 0, -2177539200]],
    ['1969-12-31 23:59:59.5', [1969, 4, 12, 31, 365, 2, 23, 59, 59, -1]],
    ['2026-07-01T00:30:00+05:30', [2026, 3, 7, 1, 182, 2, 0, 30, 0, 1782846000]],
    ['2026-07-01T14:30', [2026, 3, 7, 1, 182, 2, 14, 30, 0, 1782916200]],
    ['2026-07-01T14:30:05,123456789-03', [2026, 3, 7, 1, 182, 2, 14, 30, 5, 1782927005]],
    ['0099-01-01', [99, 1, 1, 1, 1, 3, 0, 0, 0, -59042995200]],
  ] as const) {
    it(`${text} has the parts ${parts.join(' ')}`, () => assert.deepEqual(partsOf(text), parts));
  }

  for (const value of [
    '2023-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-00-01',
    '2026-13-01',
    '2026-01-00',
    '2026-01-32',
    '2026-01-01T24:00',
    '2026-01-01T23:60',
    '2026-06-30T23:59:60Z',
    '2026-01-01T14',
    '2026-01-01T14:30+24:00',
    '2026-01-01T14:30+01:60',
    '2026-01-01T14:30+1',
    '2026-01-01Z',
    '2026-1-1',
    '26-01-01',
    '+002026-01-01',
    '20260101',
    '01/02/2026',
    ' 2026-01-01',
    '2026-01-01\n',
    '２０２６-01-01',
    'now',
    1_772_323_200,
    true,
    {},
  ]) {
    it(`is not ${JSON.stringify(value)}`, () => assert.equal(partsOf(value), 'INVALID_VALUE'));
  }

  it('that is missing is told so, or is NaN in all its parts', () => {
    assert.equal(partsOf(null), 'MISSING_VALUE');
    const parts = ['year', 'hour'] as const;
    const source = {
      inputs: [{ name: 'x', type: 'float32', width: 2 }],
      features: ['t_year', 't_hour'],
    } as const;
    const column = { name: 't', type: 'timestamp', parts } as const;
    const make = (missing: string) =>
      createFeatureSchema({ ...source, columns: [{ ...column, missing }], passthrough: [] });
    const records = [{ line: 2, raw: Buffer.alloc(0), fields: [''] }];
    for (const [missing, expected] of [
      ['nan', [Number.NaN, Number.NaN]],
      ['2020-01-01T07:00', [2020, 7]],
    ] as const) {
      const { frame } = encodeInstances(make(missing), [{ t: null }]);
      assert.deepEqual(frame.data, [Float32Array.from(expected)]);
      assert.deepEqual(encodeRecords(planCsv(make(missing), ['t']), records).frame, frame);
    }
    assert.throws(() => make('yesterday'), { code: 'MODEL_INVALID', message: /"missing": "yesterday"/ });
  });

  for (const [type, part, value, expected] of [
    ['int32', 'epoch', '2038-01-19T03:14:07Z', 2 ** 31 - 1],
    ['int32', 'epoch', '2038-01-19T03:14:08Z', 'OUT_OF_RANGE'],
    ['int64', 'epoch', '1900-01-01', -2208988800n],
    ['bool', 'month', '2026-01-01', 'refused'],
    ['string', 'month', '2026-01-01', 'refused'],
  ] as const) {
    it(`gives its ${part} to ${type}: ${value} is ${expected}`, () => {
      const make = () =>
        createFeatureSchema({
          inputs: [{ name: 'x', type, width: 1 }],
          features: [`t_${part}`],
          columns: [{ name: 't', type: 'timestamp', parts: [part] }],
          passthrough: [],
        });
      if (expected === 'refused') return assert.throws(make, { code: 'MODEL_INVALID' });
      const { failures, frame } = encodeInstances(make(), [{ t: value }]);
      return assert.equal(failures[0]?.problems[0].code ?? frame.data[0]?.[0], expected);
    });
  }
});
