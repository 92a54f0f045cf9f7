// A CSV is dropped into a bucket: Cloud Storage notifies Pub/Sub, that pushes to the scoring function, which publishes
// the steps of the job to it, and the results lie in another bucket.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { makeCsv } from '../faults/batch-lab/csv.ts';
import type { Output } from '../faults/ledger.ts';
import { whyNoGcsServer } from '../servers/gcs-binary.ts';
import { describeWithPubSub, type PubSubServer } from '../servers/pubsub.ts';
import { skip } from '../servers/skip.ts';
import { crcOf, type Drops, MODEL_URI, startDrops } from './drops.ts';
import { until } from './served.ts';

const HEADER = 'id,OPERA,TIPOVUELO,MES\n';
const SMALL = `${HEADER}1,Grupo LATAM,I,7\n2,nobody,I,7\n`;

/** More than 32 shards of the large file, so that joining takes a tree. */
const SHARD_BYTES = 8000;
const LARGE = makeCsv({ rows: 6000, seed: 1 });

const title = 'a CSV that is dropped into a bucket';
const missing = whyNoGcsServer();

if (missing === undefined) describeWithPubSub(title, defineTests);
else skip(title, missing);

function defineTests(pubsub: () => PubSubServer): void {
  let drops: Drops;
  before(async () => {
    drops = await startDrops(pubsub(), SHARD_BYTES);
  });
  after(() => drops?.stop());

  it('and is large is scored in many shards, with the bytes that it gives in one piece', async () => {
    const generation = await drops.drop('flights.csv', LARGE.text);
    const job = await drops.jobOf(generation);
    assert.ok(LARGE.text.length > 33 * SHARD_BYTES);
    await drops.assertResults(job, await drops.wholeOf('flights.csv', generation));
    assert.deepEqual(job.rows, LARGE.rows);
    assert.deepEqual([job.input.uri, job.model.uri], ['gs://drops/flights.csv', MODEL_URI]);
    assert.deepEqual(
      [job.input.size, job.input.crc32c],
      [Buffer.byteLength(LARGE.text), crcOf(Buffer.from(LARGE.text))],
    );
    assert.match(drops.score.log(), /"event":"JOB_PLANNED"/);
  });

  it('and is small is scored at once; one with a header alone has no rows', async () => {
    const [small, empty] = [await drops.drop('small.csv', SMALL), await drops.drop('empty.csv', HEADER)];
    await drops.assertResults(await drops.jobOf(small), await drops.wholeOf('small.csv', small));
    assert.deepEqual((await drops.jobOf(empty)).rows, { read: 0, scored: 0, failed: 0 });
  });

  it('and compressed, in several members, gives what it gives uncompressed', async () => {
    const plain = await drops.drop('plain.csv', LARGE.text);
    const half = Math.floor(LARGE.text.length / 2);
    const members = [LARGE.text.slice(0, half), LARGE.text.slice(half)].map((part) => gzipSync(part));
    const generation = await drops.drop('packed.csv.gz', Buffer.concat(members));
    await drops.assertResults(await drops.jobOf(generation), await drops.wholeOf('plain.csv', plain));
    await drops.jobOf(plain);
  });

  it('and is stored with Content-Encoding: gzip is scored as its text', async () => {
    const plain = await drops.drop('as-it-is.csv', SMALL);
    const generation = await drops.dropEncoded('encoded.csv', gzipSync(SMALL));
    await drops.assertResults(await drops.jobOf(generation), await drops.wholeOf('as-it-is.csv', plain));
  });

  it('and that no model can be fed with fails as a whole, with one dead letter a delivery', async () => {
    await drops.letters();
    const generation = await drops.drop('strange.csv', 'a,b\n1,2\n');
    const job = await drops.jobOf(generation);
    assert.deepEqual([job.state, job.error?.code, job.outputs], ['failed', 'MISSING_COLUMN', undefined]);
    const found: Output[] = [];
    await until(
      async () => found.push(...(await drops.letters())) > 0,
      () => 'a dead letter',
    );
    assert.equal(found.length, 1);
    const [letter] = found;
    assert.equal(letter?.attributes['dead-letter-kind'], 'object');
    assert.deepEqual(JSON.parse(letter?.data ?? ''), job);
    // once more: the job is over, and there is nothing to tell
    await drops.notifyAgain('strange.csv', generation);
    const next = await drops.drop('after strange.csv', SMALL);
    await drops.jobOf(next);
    assert.deepEqual(await drops.letters(), []);
  });

  for (const name of [
    'a b.csv',
    '100%.csv',
    '%2F%00.csv',
    '#1?.csv',
    'día/日本語 🛫.csv',
    'a/../b.csv',
    '../up.csv',
    './here.csv',
    'a//b.csv',
    '.csv',
    'UPPER.CSV',
    `${'é'.repeat(498)}.csv`,
    `long/${'x'.repeat(1015)}.csv`,
  ]) {
    it(`and is called ${JSON.stringify(name.slice(0, 24))} (${Buffer.byteLength(name)} bytes) has its results under that name`, async () => {
      const generation = await drops.drop(name, SMALL);
      const job = await drops.jobOf(generation);
      await drops.assertResults(job, {
        predictions: 'id,OPERA,TIPOVUELO,MES,label,probability\n1,Grupo LATAM,I,7,1,0.72130173\n',
        errors: await drops.textOf(job.outputs?.errors.uri ?? ''),
      });
      assert.equal(job.input.uri, drops.uriOf(name));
      if (Buffer.byteLength(name) < 900) {
        const stem = name.replace(/\.csv$/i, '');
        assert.equal(job.outputs?.predictions.uri, `gs://out/${stem}/${generation}/predictions.csv`);
      }
    });
  }

  it('and is no CSV is acknowledged, and nothing comes of it', async () => {
    const before = await drops.outputs();
    await drops.drop('notes.txt', 'x');
    await until(
      () => drops.score.log().includes('"name":"notes.txt"'),
      () => `a word on notes.txt in:\n${drops.score.log().slice(-2000)}`,
    );
    assert.deepEqual(await drops.outputs(), before);
    assert.deepEqual(await drops.letters(), []);
  });

  it('is scored with the model that predict serves from the same bucket', async () => {
    const answer = await fetch(drops.predict.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}',
    });
    assert.match(await answer.text(), /^\{"label":1,"probability":0\.72130173,/);
  });
}
