// What the protocol writes into storage and topics reads back, and what does not is refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isInputName, toOutputFolder } from '../../src/batch/names.ts';
import { decodeShardMessage, encodeShardMessage } from '../../src/batch/protocol/message.ts';
import { toWorkNames } from '../../src/batch/protocol/names.ts';
import {
  decodeMarker,
  decodePart,
  encodeMarker,
  encodePart,
  type Part,
} from '../../src/batch/protocol/part.ts';
import { countShards, decodePlan, encodePlan } from '../../src/batch/protocol/plan.ts';
import { samplePlan } from './sample-plan.ts';

const part: Part = {
  start: 4,
  end: 104,
  last: false,
  rows: 20,
  failed: 2,
  lines: 21,
  input_crc32c: 'AAAAAA==',
  predictions: { name: '0000000000000004-u.pred', size: 500, crc32c: 'AAAAAA==' },
};

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe('a plan', () => {
  it('reads back as it was', () => {
    assert.deepEqual(decodePlan(encodePlan(samplePlan)), samplePlan);
    const { max_failed_ratio: _, ...unlimited } = samplePlan;
    assert.deepEqual(decodePlan(encodePlan(unlimited)), unlimited);
    const refused = { ...samplePlan, head: { code: 'EMPTY_FILE', message: 'The CSV is empty.' } };
    assert.deepEqual(decodePlan(encodePlan(refused)), refused);
  });

  for (const [name, change] of [
    ['of another format', { format: 2 }],
    ['without an id', { id: undefined }],
    ['with a size that is none', { input: { ...samplePlan.input, size: -1 } }],
    [
      'with a delimiter that nobody reads',
      { head: { ...samplePlan.head, dialect: { delimiter: 'x', newline: '\n', bom: false } } },
    ],
    ['with the ratio as text', { max_failed_ratio: '1' }],
  ] as const) {
    it(`${name} is refused, for another version of the code to take`, () => {
      assert.throws(() => decodePlan(bytesOf({ ...samplePlan, ...change })), {
        code: 'INTERNAL',
        retryable: true,
      });
    });
  }

  for (const [gzip, size, shards] of [
    [false, 0, 1],
    [false, 100, 1],
    [false, 101, 2],
    [true, 1000, 1],
  ] as const) {
    it(`has ${shards} shards of 100 bytes for ${size} bytes${gzip ? ', compressed' : ''}`, () => {
      assert.equal(countShards({ gzip, size, shardBytes: 100 }), shards);
    });
  }
});

describe('the record of a part', () => {
  it('reads back as it was, alone and in a marker', () => {
    assert.deepEqual(decodePart(encodePart(part)), part);
    assert.deepEqual(decodeMarker(encodeMarker([part, part])), [part, part]);
    assert.deepEqual(decodeMarker(encodeMarker([])), []);
  });

  it('that would never end is refused, but for one at the end of the input', () => {
    assert.throws(() => decodePart(encodePart({ ...part, end: 4 })), { code: 'INTERNAL' });
    const last = { ...part, end: 4, last: true };
    assert.deepEqual(decodePart(encodePart(last)), last);
  });

  it('is told by a marker only while there are not too many', () => {
    assert.equal(decodeMarker(encodeMarker(Array.from({ length: 5000 }, () => part))).length, 4096);
  });
});

describe('a shard message', () => {
  const outputUri = 'gs://out/results';
  const plan = `${outputUri}/_parts/${'0'.repeat(32)}/plan.json`;
  const id = '0123456789abcdef';

  for (const shard of [0, 17, 'finish'] as const) {
    it(`for ${shard} reads back as it was`, () => {
      const message = { plan, id, shard };
      assert.deepEqual(decodeShardMessage(encodeShardMessage(message), outputUri), message);
    });
  }

  for (const [name, data] of [
    ['no JSON', Buffer.from('{')],
    ['no object', bytesOf([1])],
    ['no id', bytesOf({ plan, shard: 1 })],
    ['a shard below 0', bytesOf({ plan, id, shard: -1 })],
    ['a shard that is no whole number', bytesOf({ plan, id, shard: 1.5 })],
    ['the plan of another folder', bytesOf({ plan: plan.replace('out', 'other'), id, shard: 1 })],
    ['a plan that is no plan', bytesOf({ plan: plan.replace('plan.json', '../plan.json'), id, shard: 1 })],
  ] as const) {
    it(`with ${name} is refused`, () => {
      assert.throws(() => decodeShardMessage(data, outputUri), { code: 'INVALID_MESSAGE' });
    });
  }
});

describe('the names of working objects', () => {
  const names = toWorkNames('gs://out/_parts/j', 'p');

  it('ascend with what they name', () => {
    assert.equal(names.record(1024), 'gs://out/_parts/j/p/p/0000000000001024.json');
    assert.ok(names.record(9) < names.record(10));
    assert.ok(names.errorsHead > names.errorsPart(10), 'the header is no part');
  });

  it('put each marker into its group of 32', () => {
    assert.equal(names.marker(0, 31), 'gs://out/_parts/j/p/m/0/00000000/00000031');
    assert.equal(names.marker(0, 32), 'gs://out/_parts/j/p/m/0/00000001/00000032');
    assert.ok(names.marker(2, 70).startsWith(names.group(2, 2)));
  });
});

describe('the input of a job', () => {
  for (const [name, isInput, stem] of [
    ['a.csv', true, 'a'],
    ['a/b.CSV.GZ', true, 'a/b'],
    ['a.csv.csv', true, 'a.csv'],
    ['a.gz', false, 'a.gz'],
    ['csv', false, 'csv'],
  ] as const) {
    it(`${name} is ${isInput ? '' : 'not '}one, with results in ${stem}`, () => {
      assert.equal(isInputName(name), isInput);
      assert.equal(toOutputFolder('gs://out', { bucket: 'in', name, generation: '1' }), `gs://out/${stem}/1`);
    });
  }

  it('of a long name has results whose names are short enough for storage', () => {
    const folder = toOutputFolder('gs://out/x', {
      bucket: 'in',
      name: `${'ä'.repeat(505)}.csv.gz`,
      generation: '1',
    });
    assert.ok(Buffer.byteLength(`${folder}/predictions.csv`) <= 1024 + 'gs://out/'.length);
    assert.match(folder, /~[0-9a-f]{16}\/1$/);
  });
});
