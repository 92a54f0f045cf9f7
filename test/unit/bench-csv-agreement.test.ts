import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findDifference, isAgreement, type Outputs, readOutputs } from '../../bench/csv/agreement.ts';

const toOutputs = (labels: readonly number[], probabilities: readonly number[]): Outputs => ({
  labels: Float32Array.from(labels),
  probabilities: Float64Array.from(probabilities),
});

describe('the check of outputs of bench:csv', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agreement-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function read(text: string, rows: number): Promise<Outputs> {
    const file = join(folder, 'out.csv');
    await writeFile(file, text);
    return readOutputs(file, rows);
  }

  it('reads the last two fields of rows, whatever stands between quotes before them', async () => {
    const text = 'a,label,probability\n"x, ""y""\n7,1",1,0.75\nz,0,1e-7\n';
    assert.deepEqual(await read(text, 2), toOutputs([1, 0], [0.75, 1e-7]));
  });

  it('reads files that have no other columns', async () => {
    assert.deepEqual(await read('label,probability\n1,0.5\n', 1), toOutputs([1], [0.5]));
  });

  it('reads rows that lie across the pieces of a large file', async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => `"${'x'.repeat(100)}\n",${row % 2},0.${row}\n`);
    const outputs = await read(`a,label,probability\n${rows.join('')}`, rows.length);
    assert.deepEqual(
      outputs,
      toOutputs(
        rows.map((_, row) => row % 2),
        rows.map((_, row) => Number(`0.${row}`)),
      ),
    );
  });

  for (const [what, text] of [
    ['fewer rows', 'label,probability\n1,0.5\n'],
    ['more rows', 'label,probability\n1,0.5\n1,0.5\n1,0.5\n'],
    ['a row that does not end', 'label,probability\n1,0.5\n1,0.5\n1,0'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(read(text, 2), /it wrote \d rows of 2/);
    });
  }

  for (const [what, theirs, agrees] of [
    ['the same', toOutputs([0, 1], [0.2, 0.7]), true],
    ['a probability that is rounded', toOutputs([0, 1], [0.2000005, 0.7]), true],
    ['another probability', toOutputs([0, 1], [0.200002, 0.7]), false],
    ['another label', toOutputs([0, 0], [0.2, 0.7]), false],
    ['no number', toOutputs([0, 1], [Number.NaN, 0.7]), false],
  ] as const) {
    it(`${agrees ? 'takes' : 'tells'} ${what}`, () => {
      assert.equal(isAgreement(findDifference(toOutputs([0, 1], [0.2, 0.7]), theirs)), agrees);
    });
  }
});
