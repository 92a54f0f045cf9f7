// What jobs write is told from what they read, where both lie in one bucket.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isOutputUri, toOutputFolder } from '../../src/batch/names.ts';

const JOB = '0'.repeat(32);
const folder = toOutputFolder('gs://b/out', {
  bucket: 'b',
  name: 'in/a.csv',
  generation: '1795540241938164',
});

for (const [uri, base, isOutput] of [
  [`${folder}/predictions.csv`, 'gs://b/out', true],
  [`${folder}/errors.csv`, 'gs://b/out', true],
  [`${folder}/errors.csv`, 'gs://b', true],
  [`${folder}/errors.csv`, 'gs://b/ou', false],
  [`${folder}/errors.csv`, 'gs://other', false],
  [`${folder}/notes.csv`, 'gs://b/out', false],
  ['gs://b/out/in/a.csv', 'gs://b/out', false],
  ['gs://b/2026/errors.csv', 'gs://b', false],
  ['gs://b/report/2026/predictions.csv', 'gs://b', false],
  [`gs://b/out/_parts/${JOB}/0123456789abcdef/e/head.csv`, 'gs://b/out', true],
  [`gs://b/out/_parts/${JOB}/0123456789abcdef/e/head.csv`, 'gs://b', false],
  ['gs://b/_parts/mine.csv', 'gs://b', false],
  ['file:///inbox/out/d%C3%ADa%201/1795540241938164695/predictions.csv', 'file:///inbox/out', true],
] as const) {
  it(`${uri} is ${isOutput ? 'a' : 'no'} result of jobs below ${base}`, () => {
    assert.equal(isOutputUri(uri, base), isOutput);
  });
}
