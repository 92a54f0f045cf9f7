// The load test itself, with a small load: it must find nothing lost and nothing wrong, and say what it measured.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { describeWithPubSub } from '../servers/pubsub.ts';

const RUN = join(import.meta.dirname, '../../load-tests/streaming/run.ts');

const run = (words: string) => promisify(execFile)(process.execPath, [RUN, ...words.split(' ')]);

describeWithPubSub('the load test of the scoring function', () => {
  it('compares the function with the rival, in messages of one row and of a thousand', async () => {
    const { stdout } = await run('--messages 200 --rounds 1');
    assert.match(stdout, /^200 messages of one row, as fast as they are taken/m);
    assert.match(stdout, /^20 messages of 1000 rows/m);
    assert.equal(stdout.match(/^Scoring function: 0 lost, \d+ duplicated, 0 wrong\.$/gm)?.length, 2);
    assert.equal(stdout.match(/^Messages\/s, function to rival, round by round: [\d.]+\.$/gm)?.length, 2);
    assert.match(stdout, /^Rows\/s in messages of 1000 rows against messages of one: [\d.]+ times\.$/m);
  });

  it('tells latencies at a rate', async () => {
    const { stdout } = await run('--messages 40 --rounds 1 --rate 100');
    assert.match(stdout, /^\| publish to output, p99, ms \| \d+ \| \d+ \|$/m);
    assert.match(stdout, /^Scoring function: 0 lost, \d+ duplicated, 0 wrong\.$/m);
  });

  it('says what it takes when it is asked for something else', async () => {
    await assert.rejects(run('--rate fast'), /--rate is "fast": expected a whole number from 1\./);
  });
});
