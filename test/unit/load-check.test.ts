import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkPredictions, countOutputs } from '../../load-tests/streaming/check.ts';
import { percentile, toLatencies } from '../../load-tests/streaming/latency.ts';

const IDS = ['7', '8'];

/** What the function publishes for a row whose golden answer is known. */
function output(messageId: string, row: number, changes: object = {}) {
  const known = [
    { label: '1', probability: 0.6963428228643715 },
    { label: '0', probability: 0.014122480556747771 },
  ];
  const golden = known[IDS.indexOf(messageId) + row];
  const prediction = {
    prediction_id: `${messageId}/${row}`,
    message_id: messageId,
    publish_time: '2026-01-02T03:04:05.000Z',
    row,
    ...golden,
    ...changes,
  };
  return {
    publishedMs: Date.parse('2026-01-02T03:04:05.020Z'),
    data: Buffer.from(JSON.stringify(prediction)),
  };
}

const CASES: readonly [string, ReturnType<typeof output>[], object][] = [
  ['all', [output('8', 0), output('7', 0)], { lost: 0, duplicated: 0, wrong: 0 }],
  ['a lost row', [output('7', 0)], { lost: 1, duplicated: 0, wrong: 0 }],
  ['a duplicate', [output('7', 0), output('8', 0), output('7', 0)], { lost: 0, duplicated: 1, wrong: 0 }],
  [
    'another probability',
    [output('7', 0), output('8', 0, { probability: 0.0142 })],
    { lost: 0, duplicated: 0, wrong: 1 },
  ],
  ['another label', [output('7', 0), output('8', 0, { label: '1' })], { lost: 0, duplicated: 0, wrong: 1 }],
  [
    'a label that is no text',
    [output('7', 0), output('8', 0, { label: 0 })],
    { lost: 0, duplicated: 0, wrong: 1 },
  ],
  [
    'a row that was not sent',
    [output('7', 0), output('8', 0), output('7', 1)],
    { lost: 0, duplicated: 0, wrong: 1 },
  ],
  ['a message that was not sent', [output('7', 0), output('9', 0)], { lost: 1, duplicated: 0, wrong: 1 }],
];
for (const [what, outputs, expected] of CASES) {
  it(`the load test counts ${what}`, () => assert.deepEqual(checkPredictions(IDS, 1, outputs), expected));
}

it('the load test counts the outputs of the rival', () => {
  assert.deepEqual(countOutputs(2, [output('7', 0)]), { lost: 1, duplicated: 0, wrong: 0 });
  assert.deepEqual(countOutputs(1, [output('7', 0), output('7', 0)]), { lost: 0, duplicated: 1, wrong: 0 });
});

it('the load test tells latencies from publish to publish, and percentiles by nearest rank', () => {
  assert.deepEqual(
    toLatencies([output('7', 0), output('8', 0, { publish_time: '2026-01-02T03:04:05.015Z' })]),
    [5, 20],
  );
  assert.deepEqual(
    [1, 50, 51, 100].map((percent) => percentile([5, 20], percent)),
    [5, 5, 20, 20],
  );
});
