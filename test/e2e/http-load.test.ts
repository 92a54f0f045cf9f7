// The load test of the prediction function, for a second a door.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { parseHttpOptions } from '../../load-tests/http/options.ts';
import { startServer } from '../integration/function-server.ts';

const RUN = join(import.meta.dirname, '../../load-tests/http/run.ts');
const run = promisify(execFile);

function hasWrk(): boolean {
  try {
    execFileSync('wrk', ['-v'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== 'ENOENT'; // `wrk -v` ends with 1
  }
}

const isThere = hasWrk();
if (!isThere && process.env['CI'] === 'true') throw new Error('wrk is not there: CI must install it.');
if (!isThere)
  console.error('SKIPPED: the load test of the prediction function needs wrk (apt-get install wrk).');

describe('the load test of the prediction function', { skip: !isThere }, () => {
  it('checks every answer of every door', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scorestream-load-'));
    const server = await startServer('predict');
    try {
      const json = join(folder, 'out.json');
      const words = [RUN, server.url, '--connections', '4', '--duration', '1', '--json', json];
      const { stdout } = await run(process.execPath, words);
      assert.match(stdout, /^\| form \| \d+ (?:\| \d+\.\d\d ){4}\| 0 \|$/m);
      const { outcomes } = JSON.parse(await readFile(json, 'utf8'));
      assert.deepEqual(Object.keys(outcomes), [
        'form',
        'JSON, columns',
        'JSON, features',
        'Open Inference Protocol',
      ]);
      for (const { requests, checked } of Object.values(outcomes) as {
        requests: number;
        checked: number;
      }[]) {
        assert.ok(requests > 0 && checked >= requests, `${checked} of ${requests}`);
      }
    } finally {
      await server.stop();
      await rm(folder, { recursive: true });
    }
  });

  it('gives a private function its identity token every time, and fails when answers are wrong', async () => {
    const token = 'an.identity.token';
    let asked = 0;
    let strangers = 0;
    const liar = createServer((request, response) => {
      if (request.headers.authorization !== `Bearer ${token}`) {
        strangers += 1;
        response.statusCode = 403;
        response.end('Forbidden');
        return;
      }
      const isLoad = request.headers['user-agent'] === undefined; // wrk names none; the first question gets the truth
      request.resume().on('end', () => {
        if (isLoad) asked += 1;
        response.statusCode = isLoad && asked % 10 === 0 ? 503 : 200;
        response.end(
          isLoad && asked % 10 === 5
            ? 'other'
            : '{"model_prediction":"[1]","label":1,"shape":[1],"data":[1]}',
        );
      });
    }).listen(0, '127.0.0.1');
    await once(liar, 'listening');
    const { port } = liar.address() as AddressInfo;
    const words = [RUN, `http://127.0.0.1:${port}`, '--connections', '2', '--duration', '1'];
    await assert.rejects(run(process.execPath, [...words, '--token', token]), ({ code, stderr }) => {
      assert.equal(code, 1);
      assert.match(stderr, /\d+ answers were wrong/);
      return true;
    });
    assert.ok(asked > 0);
    assert.equal(strangers, 0);
    await assert.rejects(run(process.execPath, words), {
      code: 1,
      stderr: /form: 403 Forbidden; expected 200/,
    });
    liar.close();
    liar.closeAllConnections();
  });

  it('says what its command line takes', () => {
    assert.deepEqual(parseHttpOptions(['http://localhost:8080/', '--token', 't']), {
      url: 'http://localhost:8080',
      connections: 100,
      duration: 50,
      token: 't',
      json: undefined,
    });
    for (const words of [
      ['localhost'],
      ['http://a/predict'],
      ['http://a', 'http://b'],
      ['--duration', '0'],
    ]) {
      assert.throws(() => parseHttpOptions(words), /npm run load-test -- \[URL\]/);
    }
  });
});
